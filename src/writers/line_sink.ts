import type { DagsterPipesError } from "../errors.ts";
import { failure, systemCode } from "../runtime/failure.ts";
import type { ByteSink } from "../runtime/runtime.ts";

const encoder = new TextEncoder();

/** The buffer that is kept between lines, in bytes. A longer line gets one of its own, which is given back. */
const KEPT_BUFFER = 64 * 1024;

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
  readonly #buffer = new Uint8Array(KEPT_BUFFER);
  #rest: Uint8Array | undefined;

  /**
   * @param sink Where the bytes go.
   * @param name What it is called in error messages.
   * @param chunk The most bytes to write at once.
   */
  constructor(sink: ByteSink, name: string, chunk: number = Infinity) {
    this.#sink = sink;
    this.#name = name;
    this.#chunk = chunk;
  }

  /** Writes a line and its end. */
  writeLine(line: string): void {
    this.#finish();
    this.#send(this.#encode(`${line}\n`));
  }

  /** Writes what is left of a line, and closes the descriptor. */
  close(): void {
    try {
      this.#finish();
    } finally {
      this.#sink.close();
    }
  }

  /** One character of a string is at most three bytes of UTF-8. */
  #encode(text: string): Uint8Array {
    if (text.length * 3 > KEPT_BUFFER) return encoder.encode(text);
    return this.#buffer.subarray(
      0,
      encoder.encodeInto(text, this.#buffer).written,
    );
  }

  #finish(): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    this.#rest = undefined;
    this.#send(rest, true);
  }

  #send(bytes: Uint8Array, isRest: boolean = false): void {
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
      "message_incomplete",
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

const clock = new Int32Array(new SharedArrayBuffer(4));

/** Waits a millisecond without giving up the turn: a report returns when its message is with the system. */
function pause(): void {
  Atomics.wait(clock, 0, 0, 1);
}
