import { DagsterPipesError } from "../errors.ts";
import { processWide } from "../runtime/current.ts";
import type { PipesOptions, SessionOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/** A session that is open or being opened. */
export interface OpenSession {
  readonly options: SessionOptions;
  readonly context: Promise<PipesContext<unknown>>;
  /** The same context, once it exists. */
  opened?: PipesContext<unknown> | undefined;
  /** Settles when the session is closed, or could not be opened. */
  readonly over: Promise<void>;
  /** How many callers hold the context in a scope. The last one to leave must have closed it. */
  holders: number;
}

/** An open session that only a part of the program sees: that of a test. */
export interface StandIn {
  readonly context: PipesContext<unknown>;
  /**
   * Returns its context to a caller that would otherwise open a session.
   *
   * @param options The options of that session.
   * @param isScope Whether the caller holds the context in a scope.
   */
  join<E>(options: PipesOptions<E>, isScope: boolean): Promise<PipesContext<E>>;
}

/** State that the sessions of a process share, even if several copies of this package open them. */
interface ProcessState {
  readonly version: 2;
  current: OpenSession | undefined;
  /** What was reported, by the step that it was reported for. The oldest step comes first. */
  readonly reported: Map<string, Set<string>>;
}

/** A process that stays alive, such as a warm Lambda, must not collect steps forever. */
const REMEMBERED_STEPS_LIMIT = 100;

let findStandIn: () => StandIn | undefined = () => undefined;

/** Sets the function that finds the session that stands in for another one, if one does. */
export function provideStandIns(find: () => StandIn | undefined): void {
  findStandIn = find;
}

export function standIn(): StandIn | undefined {
  return findStandIn();
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

/** Returns the context of the session that is open here, if one is. */
export function openContext(): PipesContext<unknown> | undefined {
  const here = standIn();
  if (here !== undefined) return here.context;
  const context = processState().current?.opened;
  return context?.isClosed === true ? undefined : context;
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
