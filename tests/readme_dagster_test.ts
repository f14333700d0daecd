/**
 * Holds what the README says of Dagster true, against Dagster itself: the table of values and the
 * quick start.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { materializationLine } from "../src/protocol/reports.ts";
import { show } from "./dagster/held.ts";
import { Judge } from "./dagster/judge.ts";
import { VALUE_TABLE } from "./json/value_table.ts";
import { dagsterPython } from "./kit/installed.ts";
import { CACHE_DIR, REPO_ROOT } from "./kit/places.ts";

Deno.test("Dagster holds what the README's table of values says", async () => {
  const judge = await Judge.start();
  try {
    for (const { value, make, metadata } of VALUE_TABLE) {
      if ("refused" in metadata) continue;
      await judge.reset();
      const line = materializationLine("a", undefined, { v: make() });
      const { taken, error, held: [held] } = await judge.line(`${line}\n`);
      assert(taken, `${value}: ${error}`);
      assert(held?.kind === "materialization");
      const tree = held.metadata.v?.tree;
      assertEquals(tree && show(tree), metadata.held, value);
    }
  } finally {
    await judge.close();
  }
});

const HARNESS = `
import sys
import dagster as dg
from definitions import defs, orders

result = dg.materialize([orders], resources=defs.resources, raise_on_error=False)
[made] = result.asset_materializations_for_node("orders")
[check] = result.get_asset_check_evaluations()
for label in ("threshold", "preview", "source"):
    print(label, made.metadata[label])
print(check.check_name, check.passed, check.severity.name, result.success)
`;

Deno.test("the README's quick start works in a real Dagster run", async () => {
  const readme = await Deno.readTextFile(`${REPO_ROOT}/README.md`);
  const quickStart = readme.slice(readme.indexOf("## Quick start"));
  const block = (language: string) => {
    const [, code] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(quickStart) ?? [];
    return code ?? "";
  };
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/definitions.py`, block("python"));
    await Deno.writeTextFile(`${folder}/orders.ts`, block("ts"));
    await Deno.writeTextFile(`${folder}/harness.py`, HARNESS);
    // As after an install from npm.
    await Deno.writeTextFile(`${folder}/package.json`, '{ "type": "module" }');
    await Deno.mkdir(`${folder}/node_modules/@dagsterpipes`, { recursive: true });
    await Deno.symlink(`${REPO_ROOT}/dist/npm`, `${folder}/node_modules/@dagsterpipes/pipes`);
    const runtimes = Deno.execPath().replace(/\/[^/]*$/, "");
    const { code, stdout, stderr } = await new Deno.Command(dagsterPython(), {
      args: ["harness.py"],
      cwd: folder,
      env: {
        PATH: `${runtimes}:${Deno.env.get("PATH")}`,
        DAGSTER_HOME: "",
        HOME: folder,
        DENO_DIR: `${CACHE_DIR}/deno`,
      },
      stdin: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
    const found = (start: string) => lines.find((line) => line.startsWith(start));
    assertEquals(found("threshold"), "threshold FloatMetadataValue(value=1.0)");
    assert(found("preview")?.includes("TableRecord(data={'id': 2, 'price': 24"), found("preview"));
    assertEquals(found("source"), "source UrlMetadataValue(url='https://example.com/orders')");
    assertEquals(found("not_empty"), "not_empty True WARN True");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
