/**
 * The command line of this package.
 *
 * - `run` runs a script without Dagster, and shows what it reports and what Dagster would say of it.
 * - `supervise` runs inside the command that Dagster launches, and owns the session for another
 *   command, which may be any program.
 * - `report` says one thing to Dagster from a shell script under `supervise`.
 *
 * Each says by `--help` how it is called. They end as the command that they run ends: with its exit
 * code, or by the same signal; with 124 where `--timeout` cut it off; with 1 where it said 0 and
 * failed all the same, or could not be started; with 2 where the arguments are not of the usage.
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
import { loadPart } from "../runtime/load_part.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import {
  endProcessLike,
  isMainModule,
  isMissingPermission,
  scriptArguments,
} from "../runtime/process_entry.ts";
import { Arguments, nearest, type Usage } from "./arguments.ts";
import { superviseCommand } from "./supervise_command.ts";
import { REPORT_USAGE, RUN_USAGE, SUPERVISE_USAGE, VERSION } from "./usages.ts";

export type { ExitStatus } from "../process/exit_status.ts";

const USAGE = `Usage: dagsterpipes COMMAND...

  run        run a script without Dagster, and show what it reports
  supervise  own the session with Dagster for any command
  report     say one thing to Dagster, from a shell script under supervise

dagsterpipes COMMAND --help says how it is called, dagsterpipes --version which version this is.`;

interface Command {
  readonly usage: Usage;
  readonly start: (read: Arguments) => Promise<ExitStatus>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  run: {
    usage: RUN_USAGE,
    // What it needs would cost the launcher its time.
    start: async (read) =>
      await (await loadPart(() => import("./run_command.ts"))).runCommand(read),
  },
  report: {
    usage: REPORT_USAGE,
    start: async (read) =>
      await (await loadPart(() => import("./report_command.ts"))).reportCommand(read),
  },
  supervise: { usage: SUPERVISE_USAGE, start: superviseCommand },
};

/**
 * Runs the command line.
 *
 * @param args The arguments, without the runtime and the script.
 * @returns What the process is to end as: an exit code, or a signal. Without arguments, and with
 * `--help`, it prints how it is called.
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
export async function main(args: readonly string[]): Promise<ExitStatus> {
  const [name, ...rest] = args;
  if (name === undefined) {
    console.error(USAGE);
    return { code: 2 };
  }
  if (name === "--version") return tell(`dagsterpipes ${VERSION}`);
  if (name === "--help" || name === "-h") return tell(USAGE);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) return refuse(name);
  const { usage, start } = command;
  return asksForHelp(rest) ? tell(usage.text) : await start(new Arguments(usage, rest));
}

/** Whether help is asked for: behind the `--`, or without one, it may be the command's own option. */
function asksForHelp(args: readonly string[]): boolean {
  const split = args.indexOf("--");
  const own = args.slice(0, split < 0 ? 1 : split);
  return own.includes("--help") || own.includes("-h");
}

function tell(text: string): ExitStatus {
  console.log(text);
  return { code: 0 };
}

function refuse(name: string): never {
  const near = nearest(name, Object.keys(COMMANDS));
  const advice = near === undefined ? "" : `: did you mean ${near}?`;
  throw new DagsterPipesError(
    "invalid_argument",
    `There is no command ${JSON.stringify(name)}${advice}\n\n${USAGE}`,
  );
}

/** Tells why there was nothing to do, and gives the exit code for it. */
function tellFailure(error: unknown): number {
  const isOwn = error instanceof DagsterPipesError;
  if (!isOwn && !isMissingPermission(error)) throw error;
  console.error(`error: ${error.message}`);
  if ([error, error.cause].some(isMissingPermission)) {
    console.error("Start dagsterpipes by deno run -A: it starts other programs.");
  }
  return isOwn && error.code === "invalid_argument" ? 2 : 1;
}

if (isMainModule(import.meta)) {
  try {
    endProcessLike(await main(scriptArguments()));
  } catch (error) {
    endProcessLike({ code: tellFailure(error) });
  }
}
