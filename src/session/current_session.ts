import { DagsterPipesError } from "../errors.ts";
import { processWide } from "../runtime/current.ts";
import type { PipesOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/** A session that calls share instead of opening another one. */
export interface SharedSession {
  /** Its context, once it exists. */
  readonly context: PipesContext<unknown> | undefined;
  /**
   * Returns its context to a call that would otherwise open a session.
   *
   * @param options The options of the call.
   * @param isScope Whether the caller holds the context in a scope.
   */
  join<E>(options: PipesOptions<E>, isScope: boolean): Promise<PipesContext<E>>;
}

/** The session of a process, which is open or being opened. */
export interface ProcessSession extends SharedSession {
  context: PipesContext<unknown> | undefined;
  /** Resolves when the session is closed, or could not be opened. */
  readonly over: Promise<void>;
}

/** State that the sessions of a process share, even if several copies of this package open them. */
interface ProcessState {
  readonly version: 2;
  current: ProcessSession | undefined;
  /** What was reported, by the step that it was reported for. The oldest step comes first. */
  readonly reported: Map<string, Set<string>>;
}

/** A process that stays alive, such as a warm Lambda, must not collect steps forever. */
const REMEMBERED_STEPS_LIMIT = 100;

let findTestSession: () => SharedSession | undefined = () => undefined;

/** Sets the function that finds the session of a test, which only a part of the program sees. */
export function provideTestSessions(find: () => SharedSession | undefined): void {
  findTestSession = find;
}

/** Returns the session that a call shares, if there is one. */
export function sharedSession(): SharedSession | undefined {
  const session = findTestSession();
  if (session !== undefined) return session;
  const { current } = processState();
  // A session that is closing cannot be shared: the next one waits for its end.
  return current?.context?.isClosed === true ? undefined : current;
}

/** Returns the state that the sessions of this process share. */
export function processState(): ProcessState {
  const fresh: ProcessState = { version: 2, current: undefined, reported: new Map() };
  const state = processWide("sessions", () => fresh);
  if (isProcessState(state)) return state;
  throw new DagsterPipesError(
    "unsupported",
    "Two copies of @dagsterpipes/pipes are loaded whose versions cannot share a session: see that " +
      "all of the program uses one version of it",
  );
}

/** Copies of this package that share another state have another version. */
function isProcessState(state: object): state is ProcessState {
  return "version" in state && state.version === 2;
}

/** Returns what the sessions of this process reported for a step, for the next one to add to. */
export function reportedFor(step: string): Set<string> {
  const { reported } = processState();
  const known = reported.get(step) ?? new Set<string>();
  // The step that was last used is the last to be forgotten.
  reported.delete(step);
  reported.set(step, known);
  const [oldest] = reported.keys();
  if (reported.size > REMEMBERED_STEPS_LIMIT && oldest !== undefined) reported.delete(oldest);
  return known;
}
