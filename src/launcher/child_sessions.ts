import type { WireException } from "../protocol/types.ts";

/** The sessions that the processes of a command opened, each to be told of. */
export class ChildSessions {
  /** How many are open, by the file of their messages. */
  readonly #open = new Map<string, number>();
  readonly #exceptions: WireException[] = [];
  #count = 0;

  /** A session began. Those of other languages share a file, and so a name. */
  open(file: string): void {
    this.#count++;
    this.#open.set(file, (this.#open.get(file) ?? 0) + 1);
  }

  /** A session ended, with an exception where it failed. */
  close(file: string, exception: WireException | undefined): void {
    this.#open.set(file, Math.max(0, (this.#open.get(file) ?? 0) - 1));
    if (exception !== undefined) this.#exceptions.push(exception);
  }

  /** How many there were. */
  get count(): number {
    return this.#count;
  }

  /** How many nobody closed. */
  get unclosed(): number {
    let sum = 0;
    for (const count of this.#open.values()) sum += count;
    return sum;
  }

  /** The exceptions of those that failed, in the order of their ends. */
  get exceptions(): readonly WireException[] {
    return this.#exceptions;
  }
}
