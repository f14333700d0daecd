import { pieces } from "../capture/stdio.ts";
import { logLine, streamLine } from "../protocol/framing.ts";
import { currentRuntime } from "../runtime/current.ts";
import { writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode, toPipesError } from "../runtime/system_error.ts";
import { writeAll } from "../runtime/write_all.ts";
import { concatBytes, LineSplitter } from "../process/lines.ts";
import { LogBatch } from "./log_batch.ts";

/** The last lines of a command's output that Dagster is told where it failed, and their bytes. */
const LAST_LINES = 20;
const LAST_BYTES = 8 * 1024;

/** How much is read ahead of a reader that is slow, in bytes. */
const MOST_UNWRITTEN = 1024 * 1024;

const VERSION_KEY = "__dagster_pipes_version";

/** The same with some of its characters escaped, as JSON lets one write it. */
const ESCAPED_KEY = new RegExp(
  [...VERSION_KEY].map((char) => `(?:${char}|\\\\u00${char.charCodeAt(0).toString(16)})`).join(""),
  "i",
);

const encoder = new TextEncoder();

const NEWLINE = new Uint8Array([0x0a]);

/** How one stream of a command is treated. */
export interface OutputOptions {
  /** The level of the log messages that its lines become, if they are to become some. */
  readonly level?: string | undefined;
  /** Whether it goes to Dagster as stream text. */
  readonly asText: boolean;
  /** Whether Dagster's messages go the same way, so that only whole lines may be copied. */
  readonly hasMessages: boolean;
}

/** Copies one stream of a command through, and to Dagster where that is asked for. */
export class OutputCopy {
  readonly #stream: StdioStream;
  readonly #options: OutputOptions;
  readonly #send: (line: string) => void;
  readonly #lines = new LineSplitter();
  readonly #decoder = new TextDecoder();
  readonly #batch: LogBatch | undefined;
  #last: Uint8Array = new Uint8Array(0);
  #unwritten: Uint8Array[] = [];
  #unwrittenBytes = 0;
  #isWriting = false;
  #readAt = 0;
  /** Why nothing is written any more. */
  #failure: Error | undefined;

  /** @param send Sends a message to Dagster. */
  constructor(stream: StdioStream, options: OutputOptions, send: (line: string) => void) {
    this.#stream = stream;
    this.#options = options;
    this.#send = send;
    const { level } = options;
    if (level !== undefined) this.#batch = new LogBatch((text) => send(logLine(text, level)));
  }

  /** Copies all that the command prints, no sooner than it is read. */
  async copy(output: AsyncIterable<Uint8Array>): Promise<void> {
    let writing: Promise<void> | undefined;
    try {
      for await (const bytes of output) {
        this.#last = bytes.length < LAST_BYTES
          ? concatBytes([this.#last, bytes]).slice(-LAST_BYTES)
          : bytes.subarray(-LAST_BYTES);
        this.#tell(bytes);
        // Where it cannot be written, the command goes on, and Dagster still gets its part.
        if (this.#options.hasMessages || this.#failure !== undefined) continue;
        this.#unwritten.push(bytes);
        this.#unwrittenBytes += bytes.length;
        // More is read while some is written.
        if (!this.#isWriting) writing = this.#write();
        else if (this.#unwrittenBytes > MOST_UNWRITTEN) await writing;
      }
      await writing;
    } finally {
      this.finish();
    }
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#unwrittenBytes > 0) {
        const pieces = this.#unwritten.splice(0);
        this.#unwrittenBytes = 0;
        for (const bytes of pieces) await writeOutput(this.#stream, bytes);
      }
    } catch (cause) {
      this.#failure = this.#cannotCopy(cause);
    }
    this.#isWriting = false;
    this.#readAt = performance.now();
  }

  /** Since when there is nothing to copy, in milliseconds of `performance.now()`. */
  get quietSince(): number {
    return this.#isWriting ? performance.now() : this.#readAt;
  }

  /** Sends what still waits for more lines. */
  flush(): void {
    this.#batch?.flush();
  }

  /**
   * Takes what came behind the last line end. Throws where what the command printed could not be
   * written.
   */
  finish(): void {
    if (this.#options.asText) this.#sendText(this.#decoder.decode());
    const rest = this.#lines.rest();
    if (rest.length > 0) {
      this.#takeLine(this.#options.hasMessages ? concatBytes([rest, NEWLINE]) : rest);
    }
    this.flush();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The last lines, for an error message. */
  get lastLines(): string {
    return new TextDecoder().decode(this.#last).trimEnd().split("\n").slice(-LAST_LINES).join("\n");
  }

  #tell(bytes: Uint8Array): void {
    if (this.#options.asText) this.#sendText(this.#decoder.decode(bytes, { stream: true }));
    // Lines that nobody asks for might never end.
    if (!this.#options.hasMessages && this.#batch === undefined) return;
    for (const line of this.#lines.push(bytes)) this.#takeLine(line);
  }

  #takeLine(line: Uint8Array): void {
    const text = new TextDecoder().decode(line);
    if (this.#options.hasMessages) this.#copyBetweenMessages(line, text);
    const told = text.replace(/\r?\n$/, "");
    if (told !== "") this.#batch?.add(told);
  }

  /** Messages are written at once, so what goes the same way must be as well. */
  #copyBetweenMessages(line: Uint8Array, text: string): void {
    const output = currentRuntime().stdio(this.#stream);
    try {
      // Dagster would take it for a message of the launcher's.
      writeAll(output, looksLikeMessage(text) ? encoder.encode(marked(text)) : line);
    } catch (error) {
      // Nobody reads it any more: the command and its messages matter more than its echo.
      if (systemErrorCode(error) !== "EPIPE") throw this.#cannotCopy(error);
    }
  }

  #cannotCopy(cause: unknown): Error {
    const action = `Cannot copy the ${this.#stream} of the command`;
    return toPipesError("command_failed", action, cause);
  }

  #sendText(text: string): void {
    for (const piece of pieces(text)) this.#send(streamLine(this.#stream, piece));
  }
}

/** A line that no reader takes for a message. Some cut it wherever Python's `splitlines` does. */
function marked(text: string): string {
  return text.replace(/^|[\p{Cc}\u2028\u2029](?!\n?$)/gu, "$&output: ");
}

/** Whether one of Dagster's log readers could take a line, or a part of it, for a message. */
function looksLikeMessage(text: string): boolean {
  if (text.includes(VERSION_KEY)) return true;
  return ESCAPED_KEY.test(text);
}
