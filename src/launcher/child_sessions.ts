import type { WireException } from "../protocol/types.ts";

/** The sessions that the processes of a command opened. */
export class ChildSessions {
  /** How many are open, by the name of their messages file. */
  readonly #open = new Map<string, number>();
  readonly #exceptions: WireException[] = [];
  #count = 0;

  /** Adds a session. Sessions of other languages share a file. */
  open(fileName: string): void {
    this.#count++;
    this.#open.set(fileName, (this.#open.get(fileName) ?? 0) + 1);
  }

  /** Closes a session, with its exception if it failed. */
  close(fileName: string, exception: WireException | undefined): void {
    this.#open.set(fileName, Math.max(0, (this.#open.get(fileName) ?? 0) - 1));
    if (exception !== undefined) this.#exceptions.push(exception);
  }

  /** The number of sessions, closed ones too. */
  get count(): number {
    return this.#count;
  }

  /** The number of sessions that were not closed. */
  get unclosedCount(): number {
    return this.#open.values().reduce((sum, count) => sum + count, 0);
  }

  /** The exceptions of the sessions that failed, in the order in which they ended. */
  get exceptions(): readonly WireException[] {
    return this.#exceptions;
  }
}
