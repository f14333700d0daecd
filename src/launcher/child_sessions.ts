import type { WireException } from "../protocol/types.ts";

/** The sessions that the processes of a command opened. */
export class ChildSessions {
  /** The exceptions of the sessions that failed, in the order of their ends. */
  readonly exceptions: WireException[] = [];
  /** How many are open, by their id, which those of other programs share. */
  readonly #openCounts = new Map<string, number>();
  #count = 0;

  /** The number of sessions, closed ones too. */
  get count(): number {
    return this.#count;
  }

  /** The number of sessions that were not closed. */
  get unclosedCount(): number {
    return this.#openCounts.values().reduce((sum, count) => sum + count, 0);
  }

  /** Adds a session. */
  open(sessionId: string): void {
    this.#count++;
    this.#openCounts.set(sessionId, (this.#openCounts.get(sessionId) ?? 0) + 1);
  }

  /** Closes a session, with its exception if it failed. */
  close(sessionId: string, exception: WireException | undefined): void {
    this.#openCounts.set(sessionId, Math.max(0, (this.#openCounts.get(sessionId) ?? 0) - 1));
    if (exception !== undefined) this.exceptions.push(exception);
  }
}
