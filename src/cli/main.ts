/**
 * The command line of this package.
 *
 * - `run` runs a script without Dagster, shows what it reports and how Dagster would judge it.
 * - `supervise` runs inside the command that Dagster launches, and owns the session for another
 *   command, which may be any program.
 * - `report` sends one report to Dagster from a shell script under `supervise`.
 *
 * `--help` describes each of them. `run` and `supervise` end as their command ends: with its exit
 * code, or by the same signal. They end with 124 if the command exceeded `--timeout`, with 1 if it
 * could not be started, or returned 0 and the step failed anyway, and with 2 if the arguments are
 * invalid.
 *
 * @module
 */
import process from "node:process";
import { DagsterPipesError } from "../errors.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { currentRuntime } from "../runtime/current.ts";
import { exitProcess } from "../runtime/exit_process.ts";
import { loadPart } from "../runtime/load_part.ts";
import { printable } from "../runtime/notice.ts";
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
  const text = `Unknown command ${JSON.stringify(name)}: ${advice}\nSee dagsterpipes --help`;
  throw new DagsterPipesError("invalid_argument", text);
}

/** Starts a command. The launcher does not load the modules of the others, and starts faster. */
async function startByTable(read: CommandArguments): Promise<ExitStatus> {
  if (read.table === SUPERVISE_TABLE) return await superviseCommand(read);
  if (read.table === RUN_TABLE) {
    const { runScriptCommand } = await loadPart(() => import("./run_command.ts"));
    return await runScriptCommand(read);
  }
  const { reportCommand } = await loadPart(() => import("./report_command.ts"));
  return await reportCommand(read);
}

/** Whether an argument before the `--` is a help flag of this command line. */
function asksForHelp(table: CommandTable, own: readonly string[], isDelimited: boolean): boolean {
  const at = own.findIndex((arg) => HELP_FLAGS.includes(arg));
  if (at < 0 || isDelimited || table.argument !== "command") return at >= 0;
  // If the -- is missing, an argument may be the command, and the flag may be an option of it.
  const takesValue = (arg: string): boolean => table.options[arg.slice(2)]?.value !== undefined;
  return own.slice(0, at).every((arg, index) =>
    arg.startsWith("-") || index > 0 && takesValue(own[index - 1]!)
  );
}

function printText(text: string): ExitStatus {
  console.log(text);
  return { code: 0 };
}

/** Reports an error that kept the command from running. Returns the exit code. */
async function reportFailure(error: unknown): Promise<number> {
  const isOwn = error instanceof DagsterPipesError;
  if (!isOwn && !isMissingPermission(error)) throw error;
  const notice = `error: ${error.message}`;
  // A runtime that is too old does not have an adapter to print with.
  if (isOwn && error.code === "unsupported") console.error(printable(notice));
  else await printNoticeInTime(notice);
  if ([error, error.cause].some(isMissingPermission)) {
    await printNoticeInTime("Start dagsterpipes with deno run -A: it starts other programs.");
  }
  return isOwn && error.code === "invalid_argument" ? 2 : 1;
}

function isMissingPermission(error: unknown): error is Error {
  return error instanceof Error && error.name === "NotCapable";
}

async function endProcessLike(end: ExitStatus): Promise<void> {
  if ("code" in end) return exitProcess(end.code);
  const { constants: { signals } } = await import("node:os");
  const number = Object.entries(signals).find(([name]) => name === end.signal)?.[1];
  try {
    // At SIGUSR1, Node opens its debugger.
    if (end.signal !== "SIGUSR1") process.kill(process.pid, end.signal);
  } catch {
    // The runtime does not know the signal.
  }
  // The first process of a container survives its own signals, and runtimes ignore a few. Then the
  // process ends with the exit code that a shell would report.
  setTimeout(() => exitProcess(number === undefined ? 1 : 128 + number), SIGNAL_WAIT_MS);
}

/** Whether this module is the script that runs. Node before 22.18 does not have `main`. */
async function isMainModule({ main, url }: { main?: boolean; url?: string }): Promise<boolean> {
  if (main !== undefined) return main;
  const script = process.argv[1];
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
