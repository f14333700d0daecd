/**
 * The command line of this package.
 *
 * - `run` runs a script without Dagster, shows what it reports and how Dagster would judge it.
 * - `supervise` runs inside the command that Dagster launches, and owns the session for another
 *   command, which may be any program.
 * - `report` sends one report to Dagster from a shell script under `supervise`.
 *
 * `--help` describes each of them. `run` and `supervise` end as the command ends that they run: with
 * its exit code, or by the same signal. They end with 124 if `--timeout` was over, with 1 if the
 * command returned 0 and the step failed anyway or if it could not be started, and with 2 if the
 * arguments are invalid.
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
import type { ExitStatus } from "../process/exit_status.ts";
import { currentRuntime } from "../runtime/current.ts";
import { exitProcess } from "../runtime/exit_process.ts";
import { loadPart } from "../runtime/load_part.ts";
import { printNoticeInTime } from "../runtime/output_stream.ts";
import { CommandArguments, nearestWord } from "./command_arguments.ts";
import {
  commandHelp,
  type CommandTable,
  overviewHelp,
  REPORT_TABLES,
  RUN_TABLE,
  SUPERVISE_TABLE,
} from "./command_tables.ts";
import { superviseCommand } from "./supervise_command.ts";

export type { ExitStatus } from "../process/exit_status.ts";

const PACKAGE_VERSION = "0.1.0";

const HELP_FLAGS: readonly string[] = ["--help", "-h"];

const SIGNAL_WAIT_MS = 100;

const COMMAND_TABLES = [RUN_TABLE, SUPERVISE_TABLE, ...REPORT_TABLES];

/**
 * Runs the command line.
 *
 * @param args The arguments, without the runtime and the script.
 * @returns How the process is to end: with an exit code, or by a signal. With `--help` anywhere
 * before `--`, it prints the help of the command.
 * @throws {DagsterPipesError} `invalid_argument` if the arguments are invalid, `command_failed` if
 * the command could not be started.
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
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  const [first = ""] = own;
  if (HELP_FLAGS.includes(first)) return printText(overviewHelp(COMMAND_TABLES));
  if (first === "--version") return printText(`dagsterpipes ${PACKAGE_VERSION}`);
  if (args.length === 0) {
    console.error(overviewHelp(COMMAND_TABLES));
    return { code: 2 };
  }
  for (const table of COMMAND_TABLES) {
    const words = table.name.split(" ");
    if (!words.every((word, index) => own[index] === word)) continue;
    if (asksForHelp(table, own.slice(words.length), own !== args)) {
      return printText(commandHelp(table));
    }
    const { parseArgs } = await import("node:util");
    return await startByTable(new CommandArguments(table, args.slice(words.length), parseArgs));
  }
  const group = COMMAND_TABLES.filter(({ name }) => name.startsWith(`${first} `));
  if (group.length > 0 && own.some((arg) => HELP_FLAGS.includes(arg))) {
    return printText(group.map(commandHelp).join("\n\n"));
  }
  const name = group.length > 0 ? own.slice(0, 2).join(" ") : first;
  const names = COMMAND_TABLES.map((table) => table.name);
  const near = nearestWord(name, names);
  const advice = near ? `did you mean ${near}?` : `choose ${names.join(", ")}`;
  const text = `There is no command ${JSON.stringify(name)}: ${advice}\nSee dagsterpipes --help`;
  throw new DagsterPipesError("invalid_argument", text);
}

/** Starts a command. The launcher starts faster without the modules of the others. */
async function startByTable(read: CommandArguments): Promise<ExitStatus> {
  if (read.table === SUPERVISE_TABLE) return await superviseCommand(read);
  if (read.table === RUN_TABLE) {
    const { runScriptCommand } = await loadPart(() => import("./run_command.ts"));
    return await runScriptCommand(read);
  }
  const { reportCommand } = await loadPart(() => import("./report_command.ts"));
  return await reportCommand(read);
}

/** Whether help is asked for, anywhere before the `--`. */
function asksForHelp(table: CommandTable, own: readonly string[], isDelimited: boolean): boolean {
  const at = own.findIndex((arg) => HELP_FLAGS.includes(arg));
  if (at < 0 || isDelimited || table.argument !== "command") return at >= 0;
  // If the -- was forgotten, an argument may be the command, and the flag one of its options.
  const takesValue = (arg: string): boolean => table.options[arg.slice(2)]?.value !== undefined;
  return own.slice(0, at).every((arg, index) =>
    arg.startsWith("-") || index > 0 && takesValue(own[index - 1]!)
  );
}

function printText(text: string): ExitStatus {
  console.log(text);
  return { code: 0 };
}

/** Reports why nothing was run. Returns the exit code. */
async function reportFailure(error: unknown): Promise<number> {
  const isOwn = error instanceof DagsterPipesError;
  if (!isOwn && !isMissingPermission(error)) throw error;
  const { printable } = await loadPart(() => import("./show/text.ts"));
  const notice = `error: ${printable(error.message)}`;
  // A runtime that is too old has no adapter to print by.
  if (isOwn && error.code === "unsupported") console.error(notice);
  else await printNoticeInTime(notice);
  if ([error, error.cause].some(isMissingPermission)) {
    await printNoticeInTime("Start dagsterpipes by deno run -A: it starts other programs.");
  }
  return isOwn && error.code === "invalid_argument" ? 2 : 1;
}

function isMissingPermission(error: unknown): error is Error {
  return error instanceof Error && error.name === "NotCapable";
}

/** Ends this process as another one ended. */
async function endProcessLike(end: ExitStatus): Promise<void> {
  if ("code" in end) return exitProcess(end.code);
  const { default: process } = await import("node:process");
  const { constants: { signals } } = await import("node:os");
  const number = Object.entries(signals).find(([name]) => name === end.signal)?.[1];
  try {
    // At SIGUSR1, Node opens its debugger.
    if (end.signal !== "SIGUSR1") process.kill(process.pid, end.signal);
  } catch {
    // The runtime does not know the signal.
  }
  // Some signals do not end the process that sends them to itself: the first process of a container
  // survives all of them, and runtimes ignore a few. It then ends with the code a shell would report.
  setTimeout(() => exitProcess(number === undefined ? 1 : 128 + number), SIGNAL_WAIT_MS);
}

/** Whether this module was run as a script. Node before 22.18 does not know. */
async function isMainModule({ main, url }: { main?: boolean; url?: string }): Promise<boolean> {
  if (main !== undefined) return main;
  const { argv: [, script] } = await import("node:process");
  if (script === undefined || !url?.startsWith("file:")) return false;
  const { realpathSync } = await import("node:fs");
  const { fileURLToPath } = await import("node:url");
  return realpathSync(script) === fileURLToPath(url);
}

if (await isMainModule(import.meta)) {
  try {
    await endProcessLike(await main(currentRuntime().args()));
  } catch (error) {
    await endProcessLike({ code: await reportFailure(error) });
  }
}
