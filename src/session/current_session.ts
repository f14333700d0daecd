import { DagsterPipesError } from "../errors.ts";
import { processWide } from "../runtime/current.ts";
import type { PipesOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/** The session that is open, or about to be. */
export interface OpenSession {
  readonly options: PipesOptions<unknown>;
  readonly context: Promise<PipesContext<unknown>>;
  /** The context, once it is there. */
  opened?: PipesContext<unknown>;
  /** Settles when the session is closed, or could not be opened. */
  readonly over: Promise<void>;
  /**
   * How many callers hold the context and may leave its scope. The last of them has to have closed
   * it.
   */
  holders: number;
}

/** A session that is open already, and that only a part of the program is to see. */
export interface StandIn {
  /** Its context. */
  readonly context: PipesContext<unknown>;
  /**
   * Gives its context to a caller who would open a session otherwise.
   *
   * @param options How that one would be opened.
   * @param isScope Whether the caller holds the context and may leave its scope.
   */
  join<E>(options: PipesOptions<E>, isScope: boolean): Promise<PipesContext<E>>;
}

/** What the sessions of a process share, whichever copy of this package opens them. */
interface ProcessState {
  /** Of what shape this is: copies of the package that know another one cannot join. */
  readonly shape: number;
  current: OpenSession | undefined;
  /** What was reported, by the parameters of the session that did. The oldest comes first. */
  readonly reported: Map<string, Set<string>>;
}

const SHAPE = 1;

/** Of how many parameters what was reported is remembered. */
const MOST_REMEMBERED = 100;

let findStandIn: () => StandIn | undefined = () => undefined;

/** Asks, before a session is opened or shared, whether another one stands in for it there. */
export function provideStandIns(find: () => StandIn | undefined): void {
  findStandIn = find;
}

/** The session that stands in for another one here, if one does. */
export function standIn(): StandIn | undefined {
  return findStandIn();
}

/** What the sessions of this process share. */
export function processState(): ProcessState {
  const fresh: ProcessState = { shape: SHAPE, current: undefined, reported: new Map() };
  const state = processWide("sessions", () => fresh) as ProcessState;
  if (state.shape === SHAPE) return state;
  throw new DagsterPipesError(
    "unsupported",
    "Two copies of @dagsterpipes/pipes are loaded whose versions cannot share a session: see that " +
      "all of the program uses one version of it",
  );
}

/** The context of the session that is open here. */
export function openContext(): PipesContext<unknown> | undefined {
  const here = standIn();
  if (here !== undefined) return here.context;
  const context = processState().current?.opened;
  return context?.isClosed === true ? undefined : context;
}

/** What sessions with these parameters have reported, for the next one to add to. */
export function reportedWith(params: string): Set<string> {
  const { reported } = processState();
  const known = reported.get(params) ?? new Set<string>();
  // The newest is the last to be forgotten.
  reported.delete(params);
  reported.set(params, known);
  for (const key of reported.keys()) {
    if (reported.size <= MOST_REMEMBERED) break;
    reported.delete(key);
  }
  return known;
}
