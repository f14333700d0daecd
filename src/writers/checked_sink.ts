import { DagsterPipesError } from "../errors.ts";
import type { ByteSink } from "../runtime/runtime.ts";

const CHECK_INTERVAL_MS = 1000;

/**
 * A file or stream that checks, once a second and at its close, whether what was written to it can
 * still be read. Dagster removes its file when it stops waiting for a process, and the system takes
 * what is written to such a file anyway.
 */
export class CheckedSink implements ByteSink {
  readonly #sink: ByteSink;
  readonly #name: string;
  /** How long the file has to be at least. */
  #leastBytes: number;
  /** Set by the second write: the first look at the clock takes Node 1 ms of the start. */
  #nextCheckAt: number | undefined;
  #hasWritten = false;

  /** @param name What error messages call the file or stream. */
  constructor(sink: ByteSink, name: string) {
    this.#sink = sink;
    this.#name = name;
    this.#leastBytes = sink.size() ?? 0;
  }

  write(bytes: Uint8Array, start?: number, end?: number): number {
    if (this.#hasWritten && performance.now() > (this.#nextCheckAt ??= nextCheck())) this.#check();
    this.#hasWritten = true;
    const count = this.#sink.write(bytes, start, end);
    this.#leastBytes += count;
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
      this.#check();
    } finally {
      this.#sink.close();
    }
  }

  #check(): void {
    this.#nextCheckAt = nextCheck();
    const size = this.#sink.size();
    if (this.#sink.isLost?.() === true) {
      throw this.#lost(size === undefined ? "leads nowhere" : "was removed while it was written");
    }
    if (size !== undefined && size < this.#leastBytes) {
      // Every later message is lost too, so check before each of them.
      this.#nextCheckAt = 0;
      throw this.#lost(`was cut to ${size} bytes while it was written`);
    }
  }

  #lost(what: string): DagsterPipesError {
    return new DagsterPipesError(
      "messages_unavailable",
      `Messages are lost: ${this.#name} ${what}. Check which other process uses it, and that ` +
        "Dagster still waits for this process",
    );
  }
}

function nextCheck(): number {
  return performance.now() + CHECK_INTERVAL_MS;
}
