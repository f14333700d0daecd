/**
 * How often Dagster's file reader sees half a line: written plainly, and laid out as the package does it.
 *
 * `deno task bench:tearing` takes about 10 minutes; `--scale 0.1` a tenth of the lines.
 */
import { dagsterPython, REPO_ROOT } from "../tools/setup.ts";

const SCENARIOS = [
  { bytes: 1024 * 1024, count: 1000, pace: 200 },
  { bytes: 3 * 1024, count: 10_000, pace: 3 },
  { bytes: 200, count: 10_000, pace: 3 },
] as const;

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
  const writer = `${REPO_ROOT}/tests/tearing/writer.ts`;
  const { stdout, success, stderr } = await new Deno.Command(dagsterPython(), {
    args: [
      `${REPO_ROOT}/tests/tearing/reader.py`,
      Deno.execPath(),
      "run",
      "-A",
      `--config=${REPO_ROOT}/deno.json`,
      writer,
      mode,
      ...[count, bytes, pace].map(String),
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const result = new TextDecoder().decode(stdout).match(/^RESULT (.*)$/m)?.[1];
  if (!success || result === undefined) {
    throw new Error(
      `The reader failed: ${new TextDecoder().decode(stderr).slice(-2000)}`,
    );
  }
  return JSON.parse(result);
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
}
