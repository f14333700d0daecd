import process from "node:process";
import { DagsterPipesError } from "../errors.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode, toPipesError } from "../runtime/system_error.ts";
import type { ExitStatus } from "./exit_status.ts";
import { type CommandOptions, StartedCommand } from "./started_command.ts";
import type { Watchdog } from "./watchdog.ts";

/** How long the output is read after the command ended and while nothing comes. */
const IDLE_OUTPUT_MS = 2000;

const IDLE_CHECK_INTERVAL_MS = 100;

/** Files that need a runtime to be executed. */
const SCRIPT = /\.[cm]?[jt]sx?$/;

/** A command, what watches it, and what reads its output. */
export interface ExecuteCommandOptions extends CommandOptions {
  /** Reads each stream to its end. Does not reject. */
  readonly consume: (stream: StdioStream, output: AsyncIterable<Uint8Array>) => Promise<void>;
  /** Passes signals on to the command, and ends it after its timeout. */
  readonly watchdog: Watchdog;
}

/**
 * Executes a command until it and its output end. Processes that it leaves running stay, unless it
 * was cancelled or exceeded its timeout: then they are killed after the grace.
 *
 * @returns How it ended; `undefined` if it could not be killed.
 * @throws {DagsterPipesError} `command_failed` if the command cannot be started.
 */
export async function executeCommand(
  options: ExecuteCommandOptions,
): Promise<ExitStatus | undefined> {
  const { consume, watchdog } = options;
  let command: StartedCommand;
  let status: ExitStatus | undefined;
  let consuming: Promise<unknown>;
  try {
    command = new StartedCommand(options);
    watchdog.watch(command);
    const { stdout, stderr } = command.output;
    consuming = Promise.all([consume("stdout", stdout), consume("stderr", stderr)]);
    status = await Promise.race([command.status, unkillable(command, watchdog)]);
  } catch (error) {
    throw cannotStart(options, error);
  }
  await outputEnd(command, watchdog, consuming);
  await watchdog.killRest();
  command.abandonOutput();
  // A consumer may still have half a line to write.
  await Promise.race([consuming, watchdog.killed]);
  return status;
}

/** Resolves if the command cannot be killed. */
async function unkillable(command: StartedCommand, watchdog: Watchdog): Promise<undefined> {
  await watchdog.killed;
  const isAlive = watchdog.survivors.some((pid) => pid === command.pid);
  if (!isAlive) await command.status;
}

/** Waits until a command that ended, and what it left running, print nothing any more. */
async function outputEnd(
  command: StartedCommand,
  watchdog: Watchdog,
  consuming: Promise<unknown>,
): Promise<void> {
  const endedAt = performance.now();
  const idle = Promise.withResolvers<void>();
  const timer = setInterval(() => {
    const idleMs = performance.now() - Math.max(endedAt, command.idleSince);
    // After a cancel or the timeout, what the command left running has the grace instead.
    if (idleMs > IDLE_OUTPUT_MS && !watchdog.isEnding) idle.resolve();
  }, IDLE_CHECK_INTERVAL_MS);
  await Promise.race([consuming, idle.promise, watchdog.killed]);
  clearInterval(timer);
}

function cannotStart(
  { command: [file = ""], cwd }: CommandOptions,
  cause: unknown,
): DagsterPipesError {
  const action = `Cannot start ${JSON.stringify(file)}`;
  let advice = `Put its runtime before a script, as in: -- node ${file}`;
  if (!SCRIPT.test(file)) {
    // Windows refuses such a file with another code than that of a file that is missing.
    const isWindows = process.platform === "win32";
    if (systemErrorCode(cause) !== "ENOENT" && !isWindows) {
      return toPipesError("command_failed", action, cause);
    }
    const folder = cwd === undefined ? "" : `, and that the folder "${cwd}" exists`;
    advice = `Check that it is installed here and on the PATH${folder}`;
    if (isWindows) advice += `. Start a .cmd or .bat file by cmd, as in: -- cmd /c ${file}`;
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DagsterPipesError("command_failed", `${action}: ${reason}. ${advice}`, { cause });
}
