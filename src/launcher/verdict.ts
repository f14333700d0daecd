import { DagsterPipesError } from "../errors.ts";
import type { WireException } from "../protocol/types.ts";
import type { ChildEnd } from "../process/child_process.ts";
import type { ChildSessions } from "./child_sessions.ts";
import type { SuperviseResult } from "./supervise_options.ts";
import type { Watch } from "../process/watch.ts";

/** The exit code of a command that was cut off, as of `timeout`. */
const TIMED_OUT = 124;

/** What is known of a command that ended. */
export interface CommandEnd {
  /** How it ended; `undefined` where it was cancelled before it was started. */
  readonly end: ChildEnd | undefined;
  readonly watch: Watch;
  readonly sessions: ChildSessions;
  /** What is wrong with what it wrote to Dagster. */
  readonly messagesProblem: string | undefined;
  /** The last lines of its stderr, for an error message. */
  readonly lastLines: string;
}

/** What a launcher is to end as. */
export function resultOf(command: CommandEnd): SuperviseResult {
  const { end, watch, sessions } = command;
  if (watch.isTimedOut) return { code: TIMED_OUT };
  if (end === undefined) return { signal: watch.cancelledBy ?? "SIGTERM" };
  if (end.signal !== null) return { signal: end.signal };
  const code = end.code ?? 1;
  // Of several sessions, a later one that went well must not hide one that failed.
  const hasHidden = sessions.unclosed > 0 || command.messagesProblem !== undefined ||
    sessions.count > 1 && sessions.exceptions.length > 0;
  return { code: code === 0 && hasHidden ? 1 : code };
}

/**
 * What Dagster is to be told: the exceptions of all sessions that failed, and what the launcher
 * alone knows. `undefined` where nothing went wrong.
 */
export function exceptionOf(command: CommandEnd): WireException | undefined {
  const told = command.sessions.exceptions;
  const problem = problemOf(command, told.length > 0);
  const all = problem === undefined ? told : [wireException(problem), ...told];
  const { messagesProblem } = command;
  return messagesProblem === undefined
    ? strungTogether(all)
    : strungTogether([...all, wireException(commandFailed(messagesProblem))]);
}

/** An error of the launcher's own, with no frames: they would tell nobody anything. */
export function wireException(error: unknown): WireException {
  const { name, message } = error instanceof Error ? error : { name: null, message: String(error) };
  const text = name === null ? message : `${name}: ${message}`;
  return { message: text, stack: [], name, cause: null, context: null };
}

/** What the launcher knows of the end, where the sessions of the command have not told it. */
function problemOf(command: CommandEnd, isTold: boolean): DagsterPipesError | undefined {
  const { end, watch, sessions, lastLines } = command;
  const { unclosed } = sessions;
  const left = unclosed === 0
    ? ""
    : ` and left ${unclosed === 1 ? "its session" : `${unclosed} sessions`} with Dagster unclosed`;
  const tail = lastLines === "" ? "" : `. The last lines of its stderr:\n${lastLines}`;
  if (watch.isTimedOut) return commandFailed(`was cut off after ${watch.timeoutSeconds} s${tail}`);
  // A session that was closed says more, or nothing is wrong.
  const isSaid = unclosed === 0 && (isTold || sessions.count > 0 && end?.code === 0);
  if (isSaid) return undefined;
  if (watch.cancelledBy !== undefined) {
    return new DagsterPipesError(
      "session_interrupted",
      `The command was cancelled by ${watch.cancelledBy} and ${
        end === undefined ? "never started" : `ended with ${endText(end)}${tail}`
      }`,
    );
  }
  if (end === undefined || end.signal === null && end.code === 0 && unclosed === 0) {
    return undefined;
  }
  return commandFailed(`ended with ${endText(end)}${left}${tail}`);
}

function commandFailed(what: string): DagsterPipesError {
  return new DagsterPipesError("command_failed", `The command ${what}`);
}

function endText({ code, signal }: ChildEnd): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

/** One exception for several: each is the `context` of the one before it. */
function strungTogether([first, ...rest]: readonly WireException[]): WireException | undefined {
  if (first === undefined || rest.length === 0) return first;
  const others = strungTogether(rest) ?? null;
  return { ...first, context: first.context === null ? others : appended(first.context, others) };
}

function appended(exception: WireException, last: WireException | null): WireException {
  const { context } = exception;
  return { ...exception, context: context === null ? last : appended(context, last) };
}
