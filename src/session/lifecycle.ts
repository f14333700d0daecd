import { DagsterPipesError } from "../errors.ts";
import { failProcess } from "../runtime/exit_process.ts";
import { printIfFails } from "../runtime/notice.ts";
import { type ProcessSession, processState, sharedSession } from "./current_session.ts";
import { openSession } from "./open.ts";
import { checkPipesOptions, type PipesOptions, requireSameOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/**
 * Opens a session, or shares the one that is open. If this fails and was to open one, the process
 * fails, even if the caller handles the error.
 *
 * @param isScope Whether the caller holds the context in a scope, which may be left without a close.
 * @returns The context, and whether the caller opened the session and has to close it.
 */
async function acquire<E>(
  options: PipesOptions<E>,
  isScope: boolean,
): Promise<[pipes: PipesContext<E>, isOwner: boolean]> {
  let isOwner = true;
  try {
    const shared = sharedSession();
    isOwner = shared === undefined;
    checkPipesOptions(options);
    // The script may change its object later.
    const copy = { ...options };
    return [await (shared?.join(copy, isScope) ?? openForProcess(copy)), isOwner];
  } catch (error) {
    if (isOwner) failProcess();
    throw error;
  }
}

/** Opens the session of the process, when the one that is closing is closed. */
function openForProcess<E>(options: PipesOptions<E>): Promise<PipesContext<E>> {
  const state = processState();
  /** How many callers hold the context in a scope. The last one to leave must have closed it. */
  let holders = 1;
  let end = (): void => {};
  // Not `Promise.withResolvers`: on a Node without it, the error should be about the version.
  const over = new Promise<void>((resolve) => end = resolve);
  const onClosed = (): void => {
    end();
    if (state.current === session) state.current = undefined;
  };
  const hooks = { onClosed, onScopeLeft: () => --holders === 0, failProcess };
  const opening = Promise.resolve(state.current?.over).then(() => openSession(options, hooks));
  const session: ProcessSession = {
    context: undefined,
    over,
    async join<A>(asked: PipesOptions<A>, isScope: boolean): Promise<PipesContext<A>> {
      requireSameOptions(options, asked);
      if (isScope) holders++;
      const pipes: PipesContext<unknown> = await opening;
      // It was opened with the same schema or with none, so this type is as good as any other.
      return pipes as PipesContext<A>;
    },
  };
  state.current = session;
  opening.then((context) => session.context = context, onClosed);
  return opening;
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
  const [pipes] = await acquire(options, true);
  return pipes;
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
  const [options, fn] = typeof first === "function" ? [{}, first] : [first, second];
  // Options that come last would be left unread.
  if (typeof fn !== "function" || fn === first && second !== undefined) {
    if (sharedSession() === undefined) failProcess();
    throw new DagsterPipesError(
      "invalid_argument",
      "withDagsterPipes takes a function, alone or after the options",
    );
  }
  const [pipes, isOwner] = await acquire<E>(options, false);
  if (!isOwner) return await fn(pipes);
  try {
    return await runAndClose(pipes, fn);
  } catch (error) {
    // Even if the caller handles the error; but a test of a script outside Dagster may expect it.
    if (pipes.isDagsterPipesProcess) failProcess();
    throw error;
  }
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
    await printIfFails("Cannot report the exception to Dagster", () => pipes.close(error));
    throw error;
  }
  await pipes.close();
  return result;
}
