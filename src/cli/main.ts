/**
 * The command line of this package.
 *
 * `supervise [--timeout SECONDS] [--grace SECONDS] [--log stdout=LEVEL,stderr=LEVEL]
 * [--channel MODULE] [--no-stderr-tail] -- COMMAND…` runs inside the command that Dagster launches, and owns the session for COMMAND, which may be any
 * program. It ends as COMMAND ended: with its exit code, or by the same signal; with 124 where
 * `--timeout` cut it off; with 1 where COMMAND said 0 but left its session unclosed, or could not
 * be started; with 2 where the arguments are not of the usage.
 *
 * @example
 * ```ts
 * import { main } from "@dagsterpipes/pipes/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await main(["supervise", "--timeout", "60", "--", "true"]), { code: 0 });
 * ```
 *
 * @module
 */
import { DagsterPipesError } from "../errors.ts";
import { loadChannel } from "./channel_module.ts";
import { supervise, type SuperviseOptions, type SuperviseResult } from "../launcher/supervise.ts";
import { PIPES_LOG_LEVELS } from "../protocol/framing.ts";
import { endProcessLike, isMainModule, scriptArguments } from "../runtime/process_entry.ts";

export type { SuperviseResult } from "../launcher/supervise.ts";

const USAGE =
  `Usage: supervise [--timeout SECONDS] [--grace SECONDS] [--log stdout=LEVEL,stderr=LEVEL]
                 [--channel MODULE] [--no-stderr-tail] -- COMMAND...

Runs COMMAND and owns its session with Dagster: whatever way it ends, Dagster is told.

  --timeout SECONDS   cut COMMAND off after this time
  --grace SECONDS     kill COMMAND this long after a cancel or the cut-off (default 15)
  --log STREAM=LEVEL  make log messages of stdout or stderr: of DEBUG, INFO, WARNING, ERROR or CRITICAL
  --channel MODULE    reach Dagster by what the default export of MODULE has: paramsLoader,
                      contextLoader, messageWriter
  --no-stderr-tail    keep the last lines of stderr out of the exception`;

/**
 * Runs the command line.
 *
 * @param args The arguments, without the runtime and the script.
 * @returns What the process is to end as: an exit code, or a signal. Without arguments, and with
 * `--help`, it prints the usage.
 * @throws {DagsterPipesError} `invalid_argument` for arguments that are not of the usage,
 * `command_failed` where the command could not be started.
 *
 * @example
 * ```ts
 * import { main } from "@dagsterpipes/pipes/cli";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(await main(["supervise", "--", "sh", "-c", "exit 3"]), { code: 3 });
 * ```
 */
export async function main(args: readonly string[]): Promise<SuperviseResult> {
  // Without the --, what comes behind the subcommand may be the command's own.
  const split = args.indexOf("--");
  const own = args.slice(0, split < 0 ? 2 : split);
  if (own.includes("--help") || own.includes("-h")) {
    console.log(USAGE);
    return { code: 0 };
  }
  if (args.length === 0) {
    console.error(USAGE);
    return { code: 2 };
  }
  return await supervise(await parseArguments(args));
}

async function parseArguments(
  [subcommand, ...args]: readonly string[],
): Promise<SuperviseOptions> {
  if (subcommand !== "supervise") {
    refuse(`There is no subcommand ${JSON.stringify(subcommand)}`);
  }
  const split = args.indexOf("--");
  if (split < 0 || split === args.length - 1) {
    refuse("The command must come after --");
  }
  let timeoutSeconds: number | undefined;
  let graceSeconds: number | undefined;
  let logLevels: SuperviseOptions["logLevels"];
  let hasStderrTail = true;
  let channel: SuperviseOptions["channel"];
  for (let i = 0; i < split; i++) {
    const [name, inline] = args[i]!.split(/=(.*)/s);
    if (name === "--no-stderr-tail") {
      hasStderrTail = false;
      continue;
    }
    const value = inline ??
      (i + 1 < split ? args[++i]! : refuse(`${name} must be followed by a value`));
    if (name === "--timeout") timeoutSeconds = seconds(name, value);
    else if (name === "--grace") graceSeconds = seconds(name, value);
    else if (name === "--log") logLevels = { ...logLevels, ...levels(value) };
    else if (name === "--channel") channel = await loadChannel(value);
    else refuse(`There is no option ${name}`);
  }
  const command = args.slice(split + 1);
  return { command, timeoutSeconds, graceSeconds, logLevels, hasStderrTail, channel };
}

function seconds(name: string, value: string): number {
  const number = Number(value);
  return value.trim() !== "" && number >= 0 && number < 2 ** 31 / 1000 ? number : refuse(
    `${name} must be a number of seconds, got ${JSON.stringify(value)}`,
  );
}

function levels(value: string): Record<string, string> {
  return Object.fromEntries(
    value.split(",").map((pair) => {
      const [stream, level = ""] = pair.split("=");
      const known = PIPES_LOG_LEVELS.find((name) => name === level.toUpperCase());
      if ((stream !== "stdout" && stream !== "stderr") || known === undefined) {
        return refuse(
          `--log must be like stdout=INFO,stderr=WARNING, got ${JSON.stringify(value)}`,
        );
      }
      return [stream, known];
    }),
  );
}

function refuse(what: string): never {
  throw new DagsterPipesError("invalid_argument", `${what}\n\n${USAGE}`);
}

if (isMainModule(import.meta)) {
  try {
    endProcessLike(await main(scriptArguments()));
  } catch (error) {
    if (!(error instanceof DagsterPipesError)) throw error;
    console.error(`error: ${error.message}`);
    endProcessLike({ code: error.code === "invalid_argument" ? 2 : 1 });
  }
}
