import { assert, assertEquals, assertGreater } from "@std/assert";
import { readContextData } from "../../src/protocol/context.ts";
import { type Held, show } from "../dagster/held.ts";
import { runWell } from "../kit/command.ts";
import { dagsterPython } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { pythonFloat } from "../fuzz/compare.ts";
import { SEED } from "../fuzz/fuzz.ts";

async function contexts(...args: string[]): Promise<string> {
  using folder = new TempFolder();
  const script = `${REPO_ROOT}/tests/dagster/python/contexts.py`;
  const env = { PYTHONDONTWRITEBYTECODE: "1" };
  return await runWell([dagsterPython(), script, ...args], { env, cwd: folder.path });
}

/** Where a value differs from what Python wrote; nothing where every leaf is exactly the same. */
function loss(held: Held, value: unknown, path: string): string | undefined {
  const differs = `${path}: Python wrote ${show(held).slice(0, 100)}, read ${
    String(value).slice(0, 100)
  }`;
  if ("items" in held) {
    if (!Array.isArray(value) || value.length !== held.items.length) {
      return differs;
    }
    for (const [i, item] of held.items.entries()) {
      const found = loss(item, value[i], `${path}[${i}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if ("entries" in held) {
    if (typeof value !== "object" || value === null) return differs;
    // Two of Python's keys may be the same text to JavaScript: lone surrogates side by side are a
    // pair.
    const wanted = new Map(
      held.entries.map(([key, item]) => [(key as { text: string }).text, item]),
    );
    if (wanted.size !== Object.keys(value).length) return differs;
    for (const [key, item] of wanted) {
      if (!Object.hasOwn(value, key)) return `${path} has no ${key}`;
      const entry = (value as Record<string, unknown>)[key];
      const found = loss(item, entry, `${path}.${key}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return isSame(held, value) ? undefined : differs;
}

function isSame(held: Held, value: unknown): boolean {
  if (!("text" in held)) return value === null;
  switch (held.py) {
    case "str":
      return value === held.text;
    case "bool":
      return value === (held.text === "True");
    case "float":
      return Object.is(value, pythonFloat(held.text));
  }
  return String(value) === held.text && (typeof value === "bigint" || Number.isSafeInteger(value));
}

Deno.test("contexts that Python writes load with nothing lost or rounded", async () => {
  const lines = (await contexts("generate", "150", String(SEED))).trimEnd().split("\n");
  assertGreater(lines.length, 200);
  for (let i = 0; i < lines.length; i += 2) {
    const data = readContextData(lines[i]!);
    const held: Held = JSON.parse(lines[i + 1]!);
    assertEquals(loss(held, data, "context"), undefined);
  }
});

Deno.test("a context of 50 MB loads whole, with and without what JSON.parse cannot read", async () => {
  using folder = new TempFolder();
  const path = `${folder.path}/context`;
  await contexts("large", "50", path);
  for (const name of [path, `${path}.special`]) {
    const text = Deno.readTextFileSync(name);
    assertGreater(text.length, 50_000_000);
    const { extras } = readContextData(text);
    const { rows, nan, long } = extras as Record<string, unknown>;
    assert(Array.isArray(rows));
    const wrong = rows.findIndex(([number, float, string, object], i) =>
      number !== i || float !== i * 0.1 || string !== `zeile ä ${i}` ||
      object.even !== (i % 2 === 0) || object.none !== null
    );
    assertEquals(wrong, -1);
    assertGreater(rows.length, 500_000);
    if (name !== path) assertEquals([nan, long], [NaN, 2n ** 70n]);
  }
});
