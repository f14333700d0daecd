import type { DagsterPipesError } from "../errors.ts";
import { failure, systemCode } from "../runtime/failure.ts";
import type { ByteSink } from "../runtime/runtime.ts";

const encoder = new TextEncoder();

/** The buffer that is kept between lines, in bytes. A longer line gets one of its own, which is given back. */
const KEPT_BUFFER = 64 * 1024;

/** What may come ahead of a line in the same write, in bytes. */
const HEADROOM = 8 * 1024;

/** Decides how lines lie in what they are written to. */
export interface LineLayout {
  /**
   * May put bytes before the line, which ends at `end` in `buffer` and has `start` bytes of room ahead of it, and spaces
   * before its line end. Returns where the bytes to write start and end.
   */
  arrange(
    buffer: Uint8Array,
    start: number,
    end: number,
  ): readonly [start: number, end: number];
}

/**
 * Writes whole lines to a descriptor, each by one write where the system takes it whole.
 *
 * Where a write stops in the middle, the rest of the line goes out before any other byte: until it has, every later line is
 * refused, for a line torn in two would end Dagster's reader.
 */
export class LineSink {
  readonly #sink: ByteSink;
  readonly #name: string;
  readonly #chunk: number;
  readonly #layout: LineLayout | undefined;
  readonly #buffer = new Uint8Array(KEPT_BUFFER);
  readonly #lineRoom = this.#buffer.subarray(HEADROOM);
  #rest: Uint8Array | undefined;

  /**
   * @param sink Where the bytes go.
   * @param name What it is called in error messages.
   * @param options `chunk`: the most bytes to write at once; `layout`: how lines lie in the file.
   */
  constructor(
    sink: ByteSink,
    name: string,
    options: { chunk?: number; layout?: LineLayout } = {},
  ) {
    this.#sink = sink;
    this.#name = name;
    this.#chunk = options.chunk ?? Infinity;
    this.#layout = options.layout;
  }

  /** Writes a line and its end. */
  writeLine(line: string): void {
    if (this.#rest !== undefined) this.#finish(this.#rest);
    const text = `${line}\n`;
    let buffer = this.#buffer;
    let end: number;
    // One character of a string is at most three bytes of UTF-8, and a layout adds less than a page behind.
    if (text.length * 3 + 4096 <= this.#lineRoom.length) {
      end = HEADROOM + encoder.encodeInto(text, this.#lineRoom).written;
    } else {
      const bytes = encoder.encode(text);
      end = HEADROOM + bytes.length;
      buffer = new Uint8Array(end + 4096);
      buffer.set(bytes, HEADROOM);
    }
    const [from, to] = this.#layout?.arrange(buffer, HEADROOM, end) ??
      [HEADROOM, end];
    this.#send(buffer.subarray(from, to), false);
  }

  /** Writes what is left of a line, and closes the descriptor. */
  close(): void {
    try {
      if (this.#rest !== undefined) this.#finish(this.#rest);
    } finally {
      this.#sink.close();
    }
  }

  #finish(rest: Uint8Array): void {
    this.#rest = undefined;
    this.#send(rest, true);
  }

  #send(bytes: Uint8Array, isRest: boolean): void {
    let sent = 0;
    while (sent < bytes.length) {
      try {
        const end = Math.min(bytes.length, sent + this.#chunk);
        sent += this.#sink.write(
          sent === 0 && end === bytes.length
            ? bytes
            : bytes.subarray(sent, end),
        );
      } catch (error) {
        // A full pipe is no error: the reader is slow.
        if (systemCode(error) !== "EAGAIN" && !isWouldBlock(error)) {
          throw this.#stopped(bytes, sent, isRest, error);
        }
        pause();
      }
    }
  }

  #stopped(
    bytes: Uint8Array,
    sent: number,
    isRest: boolean,
    error: unknown,
  ): DagsterPipesError {
    if (sent === 0 && !isRest) {
      return failure(
        "messages_unavailable",
        `Cannot write a message to ${this.#name}`,
        error,
      );
    }
    this.#rest = bytes.slice(sent);
    return failure(
      // Where the rest of an earlier line stands in the way, nothing of the line at hand is written.
      isRest ? "messages_unavailable" : "message_incomplete",
      `Cannot write the rest of a message to ${this.#name} (${this.#rest.length} bytes are left, and go out before ` +
        "anything else)",
      error,
    );
  }
}

/** Deno names the error but gives it no code. */
function isWouldBlock(error: unknown): boolean {
  return error instanceof Error && error.name === "WouldBlock";
}

let clock: Int32Array | undefined;

/** Waits a millisecond without giving up the turn: a report returns when its message is with the system. */
function pause(): void {
  clock ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(clock, 0, 0, 1);
}
