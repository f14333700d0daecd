/**
 * How often Dagster's file reader sees half a line: written plainly, and laid out as the package
 * does it.
 *
 * `deno task bench:tearing` takes about 10 minutes; `--scale 0.1` a tenth of the lines.
 */
import { encodeParams } from "../../src/protocol/params.ts";
import { currentRuntime } from "../../src/runtime/current.ts";
import { dagsterPython } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";

const SCENARIOS = [
  { bytes: 1024 * 1024, count: 1000, pace: 200 },
  { bytes: 3 * 1024, count: 10_000, pace: 3 },
  { bytes: 200, count: 10_000, pace: 3 },
] as const;

const WRITER = `${REPO_ROOT}/tests/tearing/writer.ts`;

/** Both ways take turns, so that a busy moment of the machine meets both. */
const ROUNDS = 5;

export interface TearingResult {
  readonly received: number;
  readonly torn: number;
}

/** Runs one writer against the reader. */
export async function measure(
  mode: "plain" | "laid-out",
  count: number,
  bytes: number,
  pace: number,
): Promise<TearingResult> {
  const { stdout, success, stderr } = await new Deno.Command(dagsterPython(), {
    args: [
      `${REPO_ROOT}/tests/tearing/reader.py`,
      Deno.execPath(),
      "run",
      "-A",
      `--config=${REPO_ROOT}/deno.json`,
      WRITER,
      mode,
      ...[count, bytes, pace].map(String),
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const result = new TextDecoder().decode(stdout).match(/^RESULT (.*)$/m)?.[1];
  if (!success || result === undefined) {
    throw new Error(`The reader failed: ${new TextDecoder().decode(stderr).slice(-2000)}`);
  }
  return JSON.parse(result);
}

/**
 * The time to write 200,000 log messages of 200 bytes without a reader, in milliseconds: the median
 * of the rounds of each way.
 */
async function throughput(): Promise<Record<"plain" | "laid-out", number>> {
  const { deflate } = currentRuntime();
  const times = { plain: [] as number[], "laid-out": [] as number[] };
  for (let round = 0; round < 9; round++) {
    for (const mode of ["plain", "laid-out"] as const) {
      const path = await Deno.makeTempFile();
      const { stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", `--config=${REPO_ROOT}/deno.json`, WRITER, mode, "200000", "200", "0"],
        env: {
          DAGSTER_PIPES_CONTEXT: await encodeParams({ data: { run_id: "r" } }, deflate),
          DAGSTER_PIPES_MESSAGES: await encodeParams({ path }, deflate),
        },
      }).output();
      await Deno.remove(path);
      times[mode].push(Number(new TextDecoder().decode(stdout)));
    }
  }
  const median = (values: number[]) => values.sort((a, b) => a - b)[4]!;
  return { plain: median(times.plain), "laid-out": median(times["laid-out"]) };
}

if (import.meta.main) {
  const index = Deno.args.indexOf("--scale");
  const scale = index < 0 ? 1 : Number(Deno.args[index + 1]);
  console.log("| a line of | every | written plainly | laid out |");
  console.log("| --- | --- | --- | --- |");
  for (const { bytes, count, pace } of SCENARIOS) {
    const lines = Math.ceil(count * scale / ROUNDS);
    const torn = { plain: 0, "laid-out": 0 };
    for (let round = 0; round < ROUNDS; round++) {
      for (const mode of ["plain", "laid-out"] as const) {
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
        torn["laid-out"]
      } torn of ${all} |`,
    );
  }
  const { plain, "laid-out": laidOut } = await throughput();
  console.log(
    `\n200,000 log messages of 200 bytes: ${plain.toFixed(0)} ms plainly, ${
      laidOut.toFixed(0)
    } ms laid out, ` +
      `${(plain / laidOut).toFixed(2)} of the throughput`,
  );
}
