import { DagsterPipesError } from "../errors.ts";
import { failProcess } from "../runtime/exit_process.ts";
import { printIfFails } from "../runtime/notice.ts";
import { type OpenSession, processState, standIn } from "./current_session.ts";
import { openSession } from "./open.ts";
import { type PipesOptions, requireSameOptions, sessionOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/** Whether a call shares the session that is open, which another call closes. */
function sharesSession(): boolean {
  if (standIn() !== undefined) return true;
  const { current } = processState();
  // A session that is closing cannot be shared: the next one waits for its end.
  return current !== undefined && current.opened?.isClosed !== true;
}

/** A call that opens a session or shares one. */
interface Call {
  /** Whether the call opens the session, and has to close it. */
  isOwner: boolean;
  /** Whether Dagster launched the process, as far as is known. */
  isDagsterPipesProcess: boolean;
}

/**
 * Makes the process fail if a call fails that opens a session or would have opened one, even if its
 * caller handles the error. Does not if Dagster did not launch the process: a test that expects the
 * error of a script should pass.
 */
async function failingProcess<T>(fn: (call: Call) => Promise<T>): Promise<T> {
  const call: Call = { isOwner: true, isDagsterPipesProcess: true };
  try {
    call.isOwner = !sharesSession();
    return await fn(call);
  } catch (error) {
    if (call.isOwner && call.isDagsterPipesProcess) failProcess();
    throw error;
  }
}

/**
 * Opens a session, or shares the one that is open.
 *
 * @param isScope Whether the caller holds the context in a scope, which may be left without a close.
 */
function acquire<E>(asked: PipesOptions<E>, isScope: boolean): Promise<PipesContext<E>> {
  const options = sessionOptions(asked);
  const here = standIn();
  if (here !== undefined) return here.join(options, isScope);
  const state = processState();
  const { current } = state;
  if (current !== undefined && sharesSession()) {
    requireSameOptions(current.options, options);
    if (isScope) current.holders++;
    // It was opened with the same schema or with none, so this type is as good as any other.
    return current.context as Promise<PipesContext<E>>;
  }
  let end = (): void => {};
  // Not `Promise.withResolvers`: on a Node without it, the error should be about the version.
  const over = new Promise<void>((resolve) => end = resolve);
  const forget = (): void => {
    end();
    if (state.current === session) state.current = undefined;
  };
  const open = () =>
    openSession(options, {
      onClosed: forget,
      onScopeLeft: () => --session.holders === 0,
      failProcess,
    });
  const context = current === undefined ? open() : current.over.then(open);
  const session: OpenSession = { options, over, holders: 1, context };
  state.current = session;
  context.then((context) => session.opened = context, forget);
  return context;
}

/**
 * Opens a session with Dagster. Close it with `await pipes.close()`. If a scope of `await using` is
 * left without that, Dagster gets a failure and the exit code is 1, because a scope does not see what
 * was thrown in it. {@linkcode withDagsterPipes} does, so prefer that if you can.
 *
 * If a session is open already, it is shared.
 *
 * @param options Options of the session.
 * @returns The context of the step; outside Dagster, a context that does nothing.
 * @throws {DagsterPipesError} If the parameters or the context that Dagster passed are unusable.
 *
 * @example
 * ```ts
 * import { openDagsterPipes } from "@dagsterpipes/pipes";
 *
 * await using pipes = await openDagsterPipes();
 * pipes.log.info("Working");
 * await pipes.close();
 * ```
 */
export async function openDagsterPipes<E = Record<string, unknown>>(
  options: PipesOptions<E> = {},
): Promise<PipesContext<E>> {
  return await failingProcess(() => acquire(options, true));
}

/**
 * Opens a session with Dagster, runs a function, and closes the session. If the function throws, the
 * exception is reported to Dagster and the same value is thrown again, so that the process fails.
 *
 * If a session is open already, it is shared, and only the call that opened it closes it.
 *
 * @param fn The work of the step.
 * @returns What the function returned.
 * @throws {DagsterPipesError} If the parameters or the context that Dagster passed are unusable. An
 * exception of the function is thrown unchanged.
 *
 * @example
 * ```ts
 * import { withDagsterPipes } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const sum = await withDagsterPipes((pipes) => {
 *   pipes.log.info("Adding");
 *   return 1 + 2;
 * });
 * assertEquals(sum, 3);
 * ```
 */
export function withDagsterPipes<T, E = Record<string, unknown>>(
  fn: (pipes: PipesContext<E>) => T | Promise<T>,
): Promise<T>;
/**
 * Opens a session with Dagster with options, runs a function, and closes the session.
 *
 * @param options Options of the session.
 * @param fn The work of the step.
 * @returns What the function returned.
 * @throws {DagsterPipesError} If the parameters or the context that Dagster passed are unusable. An
 * exception of the function is thrown unchanged.
 */
export function withDagsterPipes<T, E = Record<string, unknown>>(
  options: PipesOptions<E>,
  fn: (pipes: PipesContext<E>) => T | Promise<T>,
): Promise<T>;
export async function withDagsterPipes<T, E>(
  first: PipesOptions<E> | ((pipes: PipesContext<E>) => T | Promise<T>),
  second?: (pipes: PipesContext<E>) => T | Promise<T>,
): Promise<T> {
  return await failingProcess(async (call) => {
    const [options, fn] = typeof first === "function" ? [{}, first] : [first, second];
    // Options that come last would be left unread.
    if (typeof fn !== "function" || fn === first && second !== undefined) {
      throw new DagsterPipesError(
        "invalid_argument",
        "withDagsterPipes takes a function, alone or after the options",
      );
    }
    const pipes = await acquire<E>(options, false);
    call.isDagsterPipesProcess = pipes.isDagsterPipesProcess;
    return await (call.isOwner ? runAndClose(pipes, fn) : fn(pipes));
  });
}

/** Runs a function, and closes the session. An exception is passed to the close and thrown again. */
export async function runAndClose<T, E>(
  pipes: PipesContext<E>,
  fn: (pipes: PipesContext<E>) => T | Promise<T>,
): Promise<T> {
  let result: T;
  try {
    result = await fn(pipes);
  } catch (error) {
    await printIfFails("Cannot tell Dagster of the exception", () => pipes.close(error));
    throw error;
  }
  await pipes.close();
  return result;
}
