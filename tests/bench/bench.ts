/**
 * Measures this package against the limits of each runtime and against Python's `dagster_pipes`:
 * whole processes, in rounds in which everyone has one turn, so that what else the machine does
 * hits all alike.
 *
 *     deno task bench [--quick] [--rounds N] [--json FILE] [--only WORD]
 *
 * @module
 */
import { bigExtras, contextText } from "./contexts.ts";
import { contenders, PROGRAMS, type Stage } from "./contenders.ts";
import { type Figure, figuresOf, type Ratio, ratiosOf } from "./figures.ts";
import { FirstMessage, type Sample } from "./process.ts";
import { JsrRegistry } from "../packaging/jsr_registry.ts";
import { copyTree } from "../tools/publish_copy.ts";
import { runWell } from "../kit/command.ts";
import { dagsterPython, runtimeCommand } from "../kit/installed.ts";
import { pipesEnv } from "../kit/params.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

function option(name: string): string | undefined {
  const index = Deno.args.indexOf(`--${name}`);
  return index < 0 ? undefined : Deno.args[index + 1];
}

function setStage(folder: string, registry: JsrRegistry): Stage {
  Deno.writeTextFileSync(
    `${folder}/opened.mjs`,
    `import { withDagsterPipes } from "${registry.specifier}";\n\nawait withDagsterPipes(() => {});\n`,
  );
  // Copies, as `npm install` makes them: to follow a link costs Node 2 ms.
  copyTree(PROGRAMS, `${folder}/programs`);
  copyTree(`${REPO_ROOT}/dist/npm`, `${folder}/node_modules/@dagsterpipes/pipes`);
  const first = new FirstMessage(`${folder}/first`);
  const texts = {
    small: contextText(),
    big: contextText(bigExtras(50, false)),
    odd: contextText(bigExtras(50, true)),
  };
  const env: Record<string, Record<string, string>> = {};
  for (const [name, text] of Object.entries(texts)) {
    const path = `${folder}/${name}.json`;
    Deno.writeTextFileSync(path, text);
    env[name] = pipesEnv({ path }, { path: `${folder}/messages` });
  }
  env.first = pipesEnv({ path: `${folder}/small.json` }, { path: first.path });
  return { folder, first, env, registry };
}

async function versionOf(command: readonly string[]): Promise<string> {
  return (await runWell(command)).trim().split("\n")[0]!;
}

function show(figures: ReadonlyMap<string, Figure>, ratios: readonly Ratio[]): void {
  console.log(
    `${"what".padEnd(40)}${"median ms".padStart(12)}${"least".padStart(10)}${"most".padStart(10)}${
      "MB".padStart(8)
    }`,
  );
  for (const [name, { median, least, most, memory }] of figures) {
    const cells = [median, least, most].map((ms) => ms.toFixed(ms < 10 ? 3 : 1));
    console.log(
      name.padEnd(40) + cells[0]!.padStart(12) + cells[1]!.padStart(10) + cells[2]!.padStart(10) +
        (memory?.toFixed(0) ?? "").padStart(8),
    );
  }
  console.log("");
  for (const { name, runtime, value, border, holds } of ratios) {
    const verdict = border === undefined ? "" : `  (${border}) ${holds ? "holds" : "MISSED"}`;
    console.log(name.padEnd(48) + runtime.padEnd(10) + value.toFixed(2).padStart(8) + verdict);
  }
}

const rounds = Number(option("rounds") ?? (Deno.args.includes("--quick") ? 3 : 15));
const only = option("only");
{
  using folder = new TempFolder();
  await using registry = await JsrRegistry.start();
  const stage = setStage(folder.path, registry);
  const all = contenders(stage).filter(({ name }) => only === undefined || name.includes(only));
  const samples = new Map<string, Sample[]>(all.map(({ name }) => [name, []]));
  const most = Math.max(...all.map(({ turns }) => turns));
  // The round ahead fills the caches of the runtimes and of the system.
  for (let round = -1; round < rounds; round++) {
    console.error(round < 0 ? "warming up" : `round ${round + 1} of ${rounds}`);
    for (let turn = 0; turn < most; turn++) {
      for (const { name, turns, measure } of all) {
        if (turn >= turns) continue;
        const sample = await measure();
        if (round >= 0) samples.get(name)!.push(sample);
      }
    }
  }
  const figures = figuresOf(samples);
  const ratios = only === undefined ? ratiosOf(figures) : [];
  show(figures, ratios);
  const json = option("json");
  if (json !== undefined) {
    const versions = {
      deno: Deno.version.deno,
      bun: await versionOf([runtimeCommand("bun")[0]!, "--version"]),
      node26: await versionOf([runtimeCommand("node26")[0]!, "--version"]),
      python: await versionOf([
        dagsterPython(),
        "-c",
        "import importlib.metadata as m, platform as p; print(p.python_version(), m.version('dagster-pipes'))",
      ]),
    };
    const date = new Date().toISOString().slice(0, 10);
    Deno.writeTextFileSync(
      json,
      JSON.stringify(
        { date, rounds, versions, figures: Object.fromEntries(figures), ratios },
        null,
        2,
      ) + "\n",
    );
  }
}
// The messages file is still being watched.
Deno.exit(0);
