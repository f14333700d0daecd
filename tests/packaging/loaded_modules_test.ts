import { assert, assertEquals } from "@std/assert";
import type { RuntimeName } from "../kit/installed.ts";
import { launchWell } from "../kit/launch.ts";
import { runWell } from "../kit/command.ts";
import { REPO_ROOT } from "../kit/places.ts";

/**
 * What is loaded by `import` before a script starts. More of them is a slower start: look what the
 * new one is for.
 */
const MOST_MODULES = 46;

interface InfoModule {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

/**
 * The modules that Deno runs before the script: neither those only for types, nor those that are
 * asked for later.
 */
async function loadedByDeno(entry: string = "mod.ts"): Promise<string[]> {
  const printed = await runWell([Deno.execPath(), "info", "--json", entry], { cwd: REPO_ROOT });
  const { roots, modules } = JSON.parse(printed);
  const byName = new Map<string, InfoModule>(
    modules.map((module: InfoModule) => [module.specifier, module]),
  );
  const loaded = new Set<string>(roots);
  for (const name of loaded) {
    for (const { code, isDynamic } of byName.get(name)?.dependencies ?? []) {
      if (code !== undefined && isDynamic !== true) loaded.add(code.specifier);
    }
  }
  // The stand-ins are this repository's own affair.
  return [...loaded].filter((name) => !/standins|deno-std/.test(name));
}

Deno.test("what mod.ts loads is few modules, no schema library, and nothing of a runtime", async () => {
  const loaded = await loadedByDeno();
  assert(loaded.length > 10, `only ${loaded.join(", ")} found`);
  assertEquals(loaded.filter((name) => /^node:|valibot/.test(name)), []);
  assert(loaded.length <= MOST_MODULES, `${loaded.length} modules: ${loaded.join(", ")}`);
});

Deno.test("what mod.ts loads leaves what comes after `opened` for later", async () => {
  const loaded = await loadedByDeno();
  for (
    const later of [
      "session/start",
      "session/session_end",
      "session/session_context",
      "protocol/exception",
      "metadata/value_text",
    ]
  ) {
    assertEquals(loaded.filter((name) => name.includes(later)), []);
  }
});

Deno.test("what the launcher loads leaves the other commands for later", async () => {
  const loaded = await loadedByDeno("src/cli/main.ts");
  assert(loaded.some((name) => name.includes("launcher/supervision")));
  for (const later of ["cli/run_command", "cli/report_command", "session/start"]) {
    assertEquals(loaded.filter((name) => name.includes(later)), []);
  }
});

Deno.test("what the npm build loads for the launcher is four files", () => {
  const importsOf = (path: string) =>
    [...Deno.readTextFileSync(`${REPO_ROOT}/dist/npm/src/${path}`).matchAll(/ from '(.*)';$/gm)]
      .map(([, from = ""]) => from).filter((from) => !from.startsWith("node:"));
  assertEquals(importsOf("cli/main.js"), ["../../mod.js", "../launcher/supervision.js"]);
  assertEquals(importsOf("launcher/supervision.js"), ["../../mod.js", "../session/start.js"]);
});

Deno.test("what the npm build loads at once from mod.js is one file", () => {
  const text = Deno.readTextFileSync(`${REPO_ROOT}/dist/npm/mod.js`);
  assertEquals(text.match(/^import\b.*/gm), null);
  assertEquals(text.match(/^export \{.*/gm)?.length, 1);
  assertEquals(text.match(/ from ["'].*/g), null);
});

Deno.test("what the npm build loads of a session after `opened` is one file more", () => {
  const text = Deno.readTextFileSync(`${REPO_ROOT}/dist/npm/src/session/start.js`);
  assertEquals([...text.matchAll(/ from ["'](.*)["'];$/gm)].map(([, from]) => from), [
    "../../mod.js",
  ]);
});

for (const runtime of ["node22", "node24", "node26"] satisfies RuntimeName[]) {
  Deno.test(`${runtime}: no network module is loaded for a session`, async () => {
    const outcome = await launchWell(runtime, "loaded_builtins.mjs");
    const { before, after } = JSON.parse(outcome.stdout);
    assert(before.length > 10);
    assertEquals(
      after.filter((name: string) => !before.includes(name) && /http|net$/.test(name)),
      [],
    );
  });
}

Deno.test("bun: both parameters are unpacked by what Bun has, 3 ms faster than any other way", async () => {
  const { stdout } = await launchWell("bun", "own_inflate.mjs");
  assertEquals(stdout, "2\n");
});
