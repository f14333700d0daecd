/**
 * How often Dagster's file reader sees half a line: written plainly, and with a log message ahead of
 * each long line, as the package does it.
 *
 * `deno task bench:tearing` takes about 10 minutes; `--scale 0.1` a tenth of the lines.
 */
import { runWell } from "../../kit/command.ts";
import { ONE_ASSET } from "../../kit/context.ts";
import { dagsterPython, runtimeCommand } from "../../kit/installed.ts";
import { pipesEnv } from "../../kit/params.ts";
import { REPO_ROOT } from "../../kit/places.ts";
import { TempFolder } from "../../kit/temp_folder.ts";

const SCENARIOS = [
  { bytes: 1024 * 1024, count: 1000, pace: 200 },
  { bytes: 100 * 1024, count: 2000, pace: 30 },
  { bytes: 8 * 1024, count: 2000, pace: 30 },
  { bytes: 3 * 1024, count: 10_000, pace: 3 },
] as const;

const DENO_RUN = [...runtimeCommand("deno"), `--config=${REPO_ROOT}/deno.json`];
const WRITER = `${REPO_ROOT}/tests/bench/tearing/writer.ts`;

/** Both ways take turns, so that a busy moment of the machine meets both. */
const ROUNDS = 5;

export interface TearingResult {
  readonly received: number;
  readonly torn: number;
}

/** Runs one writer against the reader. */
export async function measure(
  mode: "plain" | "announced",
  count: number,
  bytes: number,
  pace: number,
): Promise<TearingResult> {
  const reader = [dagsterPython(), `${REPO_ROOT}/tests/bench/tearing/reader.py`];
  const args = [mode, ...[count, bytes, pace].map(String)];
  const printed = await runWell([...reader, ...DENO_RUN, WRITER, ...args], { patience: 600_000 });
  return JSON.parse(printed.match(/^RESULT (.*)$/m)?.[1] ?? "null");
}

/**
 * The time to write 200,000 log messages of 200 bytes without a reader, in milliseconds: the median
 * of the rounds of each way.
 */
async function throughput(): Promise<Record<"plain" | "announced", number>> {
  const times = { plain: [] as number[], "announced": [] as number[] };
  for (let round = 0; round < 9; round++) {
    for (const mode of ["plain", "announced"] as const) {
      using folder = new TempFolder();
      const env = pipesEnv({ data: ONE_ASSET }, { path: `${folder.path}/messages` });
      const printed = await runWell([...DENO_RUN, WRITER, mode, "200000", "200", "0"], { env });
      times[mode].push(Number(printed));
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[4]!;
  return { plain: median(times.plain), "announced": median(times["announced"]) };
}

if (import.meta.main) {
  const index = Deno.args.indexOf("--scale");
  const scale = index < 0 ? 1 : Number(Deno.args[index + 1]);
  console.log("| a line of | every | written plainly | announced |");
  console.log("| --- | --- | --- | --- |");
  for (const { bytes, count, pace } of SCENARIOS) {
    const lines = Math.ceil(count * scale / ROUNDS);
    const torn = { plain: 0, "announced": 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const mode of ["plain", "announced"] as const) {
        const result = await measure(mode, lines, bytes, pace);
        if (result.received !== lines) {
          throw new Error(`${result.received} of ${lines} messages came`);
        }
        torn[mode] += result.torn;
      }
    }
    const all = lines * ROUNDS;
    console.log(
      `| ${bytes} bytes | ${pace} ms | ${torn.plain} torn of ${all} | ${
        torn["announced"]
      } torn of ${all} |`,
    );
  }
  const { plain, "announced": announced } = await throughput();
  console.log(
    `\n200,000 log messages of 200 bytes: ${plain.toFixed(0)} ms plainly, ${
      announced.toFixed(0)
    } ms announced, ` +
      `${(plain / announced).toFixed(2)} of the throughput`,
  );
}
