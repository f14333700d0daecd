/**
 * What an event costs Dagster, whoever sends it: `deno run -A tests/bench/events.ts`.
 *
 * @module
 */
import { dagsterPython, runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { runWell } from "../kit/command.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const COUNTS = [0, 2_000];
const ROUNDS = 5;

const SCRIPT = `
import { withDagsterPipes } from "${REPO_ROOT}/mod.ts";
await withDagsterPipes((pipes) => {
  for (let i = 0; i < Number(Deno.args[0]); i++) pipes.log.info("a message");
});
`;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

using folder = new TempFolder();
folder.write("logs.ts", SCRIPT);
const seconds = new Map(COUNTS.map((count) => [count, [] as number[]]));
for (let round = 0; round < ROUNDS; round++) {
  const printed = await runWell([
    dagsterPython(),
    `${REPO_ROOT}/tests/bench/events.py`,
    COUNTS.join(","),
    ...runtimeCommand("deno"),
    `--config=${REPO_ROOT}/deno.json`,
    `${folder.path}/logs.ts`,
  ], { patience: 600_000 });
  for (const line of printed.trimEnd().split("\n")) {
    const [count = "", time = ""] = line.split(" ");
    seconds.get(Number(count))?.push(Number(time));
  }
}
const [none = 0, many = 0] = COUNTS.map((count) => median(seconds.get(count) ?? []));
console.log(`a step without messages: ${none.toFixed(2)} s`);
console.log(`a step with ${COUNTS[1]} log messages: ${many.toFixed(2)} s`);
console.log(`an event: ${(1000 * (many - none) / COUNTS[1]!).toFixed(1)} ms`);
