import { DagsterPipesError } from "../errors.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import type { ByteSink } from "../runtime/runtime.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { isPipeFull, waitForPipe } from "../runtime/write_all.ts";

const encoder = new TextEncoder();

/**
 * The size of the buffer for lines. With a new one for each line, as `encode` makes it, messages are
 * written at half the pace of a bare loop of `JSON.stringify` and a write, instead of 0.8 of it.
 */
const LINE_BUFFER_BYTES = 16 * 1024;

const CHECK_INTERVAL_MS = 1000;

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
 *
 * Once a second, and at its close, the channel checks that what it wrote can still be read. Dagster
 * removes its file when it stops waiting for a process, and the system takes what is written to such
 * a file anyway.
 */
export class LineChannel implements PipesMessageWriterChannel {
  readonly #sink: ByteSink;
  readonly #name: string;
  readonly #options: LineChannelOptions;
  readonly #buffer = new Uint8Array(LINE_BUFFER_BYTES);
  #rest: Uint8Array | undefined;
  /** How long the file has to be at least. */
  #leastBytes: number;
  /** Set by the second write: the first look at the clock takes Node 1 ms of the start. */
  #nextCheckAtMs: number | undefined;
  #hasWritten = false;

  /**
   * @param sink Takes the bytes.
   * @param name What error messages call it.
   */
  constructor(sink: ByteSink, name: string, options: LineChannelOptions = {}) {
    this.#sink = sink;
    this.#name = name;
    this.#options = options;
    this.#leastBytes = sink.size() ?? 0;
  }

  // Properties of the channel itself, not methods: a script may take it apart to wrap it.
  readonly writeMessage: (line: string) => void = (line) => {
    this.#finishLine();
    const ahead = this.#options.textAhead?.(line) ?? "";
    const text = `${ahead}${line}\n`;
    // One character of a string is at most three bytes of UTF-8.
    if (text.length * 3 > LINE_BUFFER_BYTES) return this.#send(encoder.encode(text));
    this.#send(this.#buffer, encoder.encodeInto(text, this.#buffer).written);
  };

  readonly close: () => void = () => {
    try {
      this.#finishLine();
      this.#check();
    } finally {
      this.#sink.close();
    }
  };

  #finishLine(): void {
    const rest = this.#rest;
    this.#rest = undefined;
    if (rest !== undefined) this.#send(rest, rest.length, true);
  }

  #send(bytes: Uint8Array, end: number = bytes.length, isRest: boolean = false): void {
    const { maxWriteBytes = Infinity } = this.#options;
    for (let at = 0; at < end;) {
      try {
        if (this.#hasWritten && performance.now() > (this.#nextCheckAtMs ??= nextCheckMs())) {
          this.#check();
        }
        this.#hasWritten = true;
        const count = this.#sink.write(bytes, at, Math.min(end, at + maxWriteBytes));
        this.#leastBytes += count;
        at += count;
      } catch (error) {
        // A full pipe is not an error: the reader is slow.
        if (!isPipeFull(error)) throw this.#stopped(bytes.slice(at, end), at, isRest, error);
        waitForPipe();
      }
    }
  }

  #stopped(rest: Uint8Array, sent: number, isRest: boolean, error: unknown): DagsterPipesError {
    if (sent === 0 && !isRest) {
      return toPipesError("messages_unavailable", `Cannot write a message to ${this.#name}`, error);
    }
    this.#rest = rest;
    return toPipesError(
      // If it is the rest of an earlier line, nothing of the line at hand is written.
      isRest ? "messages_unavailable" : "message_incomplete",
      `Cannot write the rest of a message to ${this.#name} (${rest.length} bytes are left, and go out before ` +
        "anything else)",
      error,
    );
  }

  #check(): void {
    this.#nextCheckAtMs = nextCheckMs();
    const size = this.#sink.size();
    if (this.#sink.isLost?.() === true) {
      throw this.#lost(size === undefined ? "leads nowhere" : "was removed while it was written");
    }
    if (size !== undefined && size < this.#leastBytes) {
      // Every later message is lost too, so check before each of them.
      this.#nextCheckAtMs = 0;
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

function nextCheckMs(): number {
  return performance.now() + CHECK_INTERVAL_MS;
}
