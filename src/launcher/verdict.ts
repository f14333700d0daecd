import { DagsterPipesError } from "../errors.ts";
import { type ExitStatus, TIMEOUT_EXIT_CODE } from "../process/exit_status.ts";
import type { Watchdog } from "../process/watchdog.ts";
import type { WireException } from "../protocol/types.ts";
import type { MessageRelay } from "./message_relay.ts";

/** How deeply exceptions may be nested. Dagster cannot store more than 200 levels of anything. */
const MAX_EXCEPTION_LEVELS = 100;

/** All that the launcher observed of a command. */
export interface CommandOutcome {
  /** How it ended; `undefined` if it was cancelled before it was started. */
  readonly status: ExitStatus | undefined;
  readonly watchdog: Watchdog;
  readonly messages: MessageRelay;
  /** The last lines of its stderr, or `""`. */
  readonly stderrTail: string;
}

/** Returns how the launcher should end. */
export function launcherStatus({ status, watchdog, messages }: CommandOutcome): ExitStatus {
  if (watchdog.isTimedOut) return { code: TIMEOUT_EXIT_CODE };
  if (status === undefined) return { signal: watchdog.cancelledBy ?? "SIGTERM" };
  if ("signal" in status || status.code !== 0) return status;
  // A session that failed is not hidden by a later one that succeeded. A single one that reported
  // its failure and then returned 0 meant that.
  const isFailed = messages.unclosedCount > 0 || messages.problem !== undefined ||
    messages.sessionCount > 1 && messages.exceptions.length > 0;
  return { code: isFailed ? 1 : 0 };
}

/** Returns the exceptions of all sessions that failed, and what only the launcher knows, as one. */
export function launcherException(outcome: CommandOutcome): WireException | undefined {
  const { exceptions, problem } = outcome.messages;
  const endProblem = problemOfEnd(outcome);
  const messagesProblem = problem === undefined ? undefined : commandFailed(problem);
  const all = [endProblem, ...exceptions, messagesProblem].filter((found) => found !== undefined);
  if (all.length === 0) return undefined;
  return cutOff(all.reduceRight((later, first) => chain(first, later)), MAX_EXCEPTION_LEVELS);
}

/** Returns the exception of an error of the launcher, whose stack would not help. */
export function errorException(error: unknown): WireException {
  const name = error instanceof Error ? error.name : null;
  return { message: String(error), stack: [], name, cause: null, context: null };
}

/** Returns what is wrong with the end, unless the sessions of the command reported it. */
function problemOfEnd(outcome: CommandOutcome): WireException | undefined {
  const { status, watchdog, messages, stderrTail } = outcome;
  const { unclosedCount } = messages;
  const tail = stderrTail === "" ? "" : `. The last lines of its stderr:\n${stderrTail}`;
  const { endReason = "" } = watchdog;
  if (watchdog.isTimedOut || watchdog.survivors.length > 0) {
    return commandFailed(`${endReason}${tail}`);
  }
  const isSuccess = status !== undefined && "code" in status && status.code === 0;
  const isReported = messages.exceptions.length > 0 || isSuccess && messages.sessionCount > 0;
  if (unclosedCount === 0 && isReported) return undefined;
  const end = status === undefined ? "never started" : `ended with ${statusText(status)}`;
  if (watchdog.cancelledBy !== undefined) {
    const text = `The command ${endReason} and ${end}${tail}`;
    return errorException(new DagsterPipesError("session_interrupted", text));
  }
  if (unclosedCount > 0) {
    const which = unclosedCount === 1 ? "its session" : `${unclosedCount} sessions`;
    return commandFailed(`${end} and left ${which} with Dagster unclosed${tail}`);
  }
  return isSuccess || status === undefined ? undefined : commandFailed(`${end}${tail}`);
}

function commandFailed(what: string): WireException {
  return errorException(new DagsterPipesError("command_failed", `The command ${what}`));
}

function statusText(status: ExitStatus): string {
  return "signal" in status ? `signal ${status.signal}` : `exit code ${status.code}`;
}

/** Removes what is nested too deeply: a process may report what a session may not. */
function cutOff(exception: WireException, levels: number): WireException {
  const cut = (nested: WireException | null): WireException | null =>
    nested === null || levels === 0 ? null : cutOff(nested, levels - 1);
  return { ...exception, cause: cut(exception.cause), context: cut(exception.context) };
}

/** Appends an exception to the chain of contexts of another. */
function chain(exception: WireException, last: WireException): WireException {
  const { context } = exception;
  return { ...exception, context: context === null ? last : chain(context, last) };
}
