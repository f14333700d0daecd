import { DagsterPipesError } from "../errors.ts";
import type { ByteSink } from "../runtime/runtime.ts";

/** How often it is looked whether what was written is still there, in milliseconds. */
const LOOK = 1000;

/** How many messages of one turn of the event loop go out between two looks at the clock. */
const UNTIMED = 15;

/**
 * A file or stream of which it is looked, once a second and at its end, whether what was written to
 * it can still be read: Dagster removes its file when it stops to wait for a process, and the system
 * takes what is written to such a file all the same.
 */
export class WatchedSink implements ByteSink {
  readonly #sink: ByteSink;
  readonly #name: string;
  /** How long the file has to be at least. */
  #leastSize: number;
  #nextLook: number = performance.now() + LOOK;
  /** How many messages go out before somebody looks at the clock: that takes 3 % of their time. */
  #untimed = 0;
  #isTurnWatched = false;

  /** @param name What it is called in error messages. */
  constructor(sink: ByteSink, name: string) {
    this.#sink = sink;
    this.#name = name;
    this.#leastSize = sink.size() ?? 0;
  }

  write(bytes: Uint8Array, start?: number, end?: number): number {
    if (this.#untimed > 0) this.#untimed--;
    else this.#time();
    const count = this.#sink.write(bytes, start, end);
    this.#leastSize += count;
    return count;
  }

  size(): number | undefined {
    return this.#sink.size();
  }

  isBehind(): boolean {
    return this.#sink.isBehind?.() ?? false;
  }

  close(): void {
    try {
      this.#look();
    } finally {
      this.#sink.close();
    }
  }

  /** Looks at the clock: for the first message of a turn, and then for one of so many. */
  #time(): void {
    this.#untimed = UNTIMED;
    if (!this.#isTurnWatched) {
      this.#isTurnWatched = true;
      queueMicrotask(() => {
        this.#isTurnWatched = false;
        this.#untimed = 0;
      });
    }
    if (performance.now() > this.#nextLook) this.#look();
  }

  #look(): void {
    this.#nextLook = performance.now() + LOOK;
    const size = this.#sink.size();
    if (this.#sink.isLost?.() === true) {
      throw this.#lost(size === undefined ? "leads nowhere" : "was removed while it was written");
    }
    if (size !== undefined && size < this.#leastSize) {
      // What is written behind the cut is of no use.
      this.#nextLook = 0;
      throw this.#lost(`was cut to ${size} bytes while it was written`);
    }
  }

  #lost(what: string): DagsterPipesError {
    const text = `Messages are lost: ${this.#name} ${what}. Check who else works with it, and ` +
      "that Dagster still waits for this process";
    return new DagsterPipesError("messages_unavailable", text);
  }
}
