import type { DagsterPipesError } from "../errors.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import type { ByteSink } from "../runtime/runtime.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { isPipeFull, waitForPipe } from "../runtime/write_all.ts";

const encoder = new TextEncoder();

/** How a channel writes its lines. */
export interface LineChannelOptions {
  /** The most bytes to hand over at once. @default {Infinity} */
  readonly maxWriteBytes?: number | undefined;
  /** Returns whole lines, or a line end, to put ahead of a line in the same write. */
  readonly textAhead?: ((line: string) => string) | undefined;
}

/**
 * Writes whole lines to a file or stream, each by one write if the system takes it whole.
 *
 * If a write stops in the middle of a line, the rest goes out ahead of any other byte: until it
 * has, every later line is refused, since a line torn in two would end Dagster's reader.
 */
export class LineChannel implements PipesMessageWriterChannel {
  readonly #sink: ByteSink;
  readonly #name: string;
  readonly #options: LineChannelOptions;
  #rest: Uint8Array | undefined;

  /**
   * @param sink Takes the bytes.
   * @param name What error messages call it.
   */
  constructor(sink: ByteSink, name: string, options: LineChannelOptions = {}) {
    this.#sink = sink;
    this.#name = name;
    this.#options = options;
  }

  // Properties, so that a script can wrap a channel by `{ ...channel }` as well.
  readonly writeMessage = (line: string): void => {
    this.#finishLine();
    const ahead = this.#options.textAhead?.(line) ?? "";
    this.#send(encoder.encode(`${ahead}${line}\n`), false);
  };

  readonly close = (): void => {
    try {
      this.#finishLine();
    } finally {
      this.#sink.close();
    }
  };

  #finishLine(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) this.#send(rest, true);
  }

  #send(bytes: Uint8Array, isRest: boolean): void {
    const { maxWriteBytes = Infinity } = this.#options;
    for (let at = 0; at < bytes.length;) {
      try {
        at += this.#sink.write(bytes, at, Math.min(bytes.length, at + maxWriteBytes));
      } catch (error) {
        // A full pipe is not an error: the reader is slow.
        if (!isPipeFull(error)) throw this.#stopped(bytes, at, isRest, error);
        waitForPipe();
      }
    }
  }

  #stopped(bytes: Uint8Array, sent: number, isRest: boolean, error: unknown): DagsterPipesError {
    if (sent === 0 && !isRest) {
      return toPipesError("messages_unavailable", `Cannot write a message to ${this.#name}`, error);
    }
    this.#rest = bytes.subarray(sent);
    return toPipesError(
      // If it is the rest of an earlier line, nothing of the line at hand is written.
      isRest ? "messages_unavailable" : "message_incomplete",
      `Cannot write the rest of a message to ${this.#name} (${this.#rest.length} bytes are left, and go out before ` +
        "anything else)",
      error,
    );
  }
}
