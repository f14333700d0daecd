import { DagsterPipesError } from "../errors.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printIfFails } from "../runtime/notice.ts";
import { type OpenSession, processState, standIn } from "./current_session.ts";
import { openSession } from "./open.ts";
import { checkOptions, type PipesOptions, requireSameOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/** The options of a caller who gave none. They need no check. */
const NO_OPTIONS: PipesOptions<never> = {};

/**
 * Opens a session, or shares the one that is open. A function that shares it holds no scope of its
 * own.
 */
function acquire<E>(
  options: PipesOptions<E>,
  isScope: boolean,
): { context: Promise<PipesContext<E>>; isOwner: boolean } {
  if (options !== NO_OPTIONS) checkOptions(options);
  const here = standIn();
  if (here !== undefined) return { context: here.join(options, isScope), isOwner: false };
  const state = processState();
  const { current } = state;
  // While a session closes, nobody can use it any more: the next one waits for that.
  const before = current?.opened?.isClosed === true ? current.over : undefined;
  if (current !== undefined && before === undefined) {
    requireSameOptions(current.options, options);
    if (isScope) current.holders++;
    // The session was opened with the same schema, or with none: its extras are of this type as far
    // as anyone can know.
    return { context: current.context as Promise<PipesContext<E>>, isOwner: false };
  }
  let end = (): void => {};
  const over = new Promise<void>((resolve) => end = resolve);
  const forget = (): void => {
    end();
    if (state.current === session) state.current = undefined;
  };
  const open = () =>
    openSession(options, {
      onClosed: forget,
      onScopeLeft: () => --session.holders === 0,
      failProcess: () => currentRuntime().setExitCode(1),
    });
  const session: OpenSession = {
    options,
    over,
    holders: 1,
    context: before === undefined ? open() : before.then(open),
  };
  state.current = session;
  session.context.then((context) => session.opened = context, forget);
  return { context: session.context as Promise<PipesContext<E>>, isOwner: true };
}

/**
 * Opens a session with Dagster. Close it by `await pipes.close()`; a scope of `await using` that is
 * left without it tells Dagster of a failure and sets exit code 1, since it cannot see what was
 * thrown. {@linkcode withDagsterPipes} can, and is the better choice where it fits.
 *
 * Where a session is open already, it is shared.
 *
 * @param options How to open it.
 * @returns The context of the step; outside Dagster, one that does nothing.
 * @throws {DagsterPipesError} Where what Dagster gave cannot be used.
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
  options: PipesOptions<E> = NO_OPTIONS,
): Promise<PipesContext<E>> {
  return await acquire(options, true).context;
}

/**
 * Opens a session with Dagster, runs a function, and closes the session. Where the function throws,
 * Dagster is told the exception, and the same value is thrown again, so that the process fails.
 *
 * Where a session is open already, it is shared, and whoever opened it closes it.
 *
 * @param fn The work of the step.
 * @returns What the function gave.
 * @throws {DagsterPipesError} Where what Dagster gave cannot be used. What the function throws
 * stays as it is.
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
 * Opens a session with Dagster as the options say, runs a function, and closes the session.
 *
 * @param options How to open it.
 * @param fn The work of the step.
 * @returns What the function gave.
 * @throws {DagsterPipesError} Where what Dagster gave cannot be used. What the function throws
 * stays as it is.
 */
export function withDagsterPipes<T, E = Record<string, unknown>>(
  options: PipesOptions<E>,
  fn: (pipes: PipesContext<E>) => T | Promise<T>,
): Promise<T>;
export async function withDagsterPipes<T, E>(
  first: PipesOptions<E> | ((pipes: PipesContext<E>) => T | Promise<T>),
  second?: (pipes: PipesContext<E>) => T | Promise<T>,
): Promise<T> {
  const [options, fn] = typeof first === "function" ? [NO_OPTIONS, first] : [first, second];
  // Options that come last would be left unread.
  if (typeof fn !== "function" || fn === first && second !== undefined) {
    throw new DagsterPipesError(
      "invalid_argument",
      "withDagsterPipes takes a function, alone or after the options",
    );
  }
  const { context, isOwner } = acquire<E>(options, false);
  const pipes = await context;
  return await (isOwner ? runAndClose(pipes, fn) : fn(pipes));
}

/**
 * Runs a function, and closes the session: with the exception where it throws, which is thrown
 * again.
 */
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
