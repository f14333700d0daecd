import { pieces } from "../capture/stdio.ts";
import { logLine, streamLine } from "../protocol/framing.ts";
import { currentRuntime } from "../runtime/current.ts";
import { concatBytes } from "../runtime/bytes.ts";
import { systemErrorCode } from "../runtime/system_error.ts";
import { writeAll } from "../runtime/write_all.ts";
import type { ByteSink, StdioStream } from "../runtime/runtime.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { LineSplitter } from "./lines.ts";

/**
 * The last lines of a command's stderr that Dagster is told where it failed, and how much of them,
 * in bytes.
 */
const LAST_LINES = 20;
const LAST_BYTES = 8 * 1024;

/** How one stream of a command is treated. */
export interface OutputOptions {
  /** The level of the log message that each line becomes, if it is to become one. */
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
  readonly #channel: PipesMessageWriterChannel | undefined;
  readonly #sink: ByteSink;
  readonly #lines = new LineSplitter();
  readonly #decoder = new TextDecoder();
  #last: Uint8Array = new Uint8Array(0);

  constructor(
    stream: StdioStream,
    options: OutputOptions,
    channel: PipesMessageWriterChannel | undefined,
  ) {
    this.#stream = stream;
    this.#options = options;
    this.#channel = channel;
    this.#sink = currentRuntime().stdio(stream);
  }

  /** Takes what the command printed. */
  push(bytes: Uint8Array): void {
    this.#last = concatBytes([this.#last, bytes]).slice(-LAST_BYTES);
    if (!this.#options.hasMessages) this.#copy(bytes);
    if (this.#options.asText) {
      this.#sendText(this.#decoder.decode(bytes, { stream: true }));
    }
    // Lines that nobody asks for might never end.
    if (!this.#needsLines) return;
    for (const line of this.#lines.push(bytes)) this.#takeLine(line);
  }

  /** Takes what came behind the last line end. */
  finish(): void {
    if (this.#options.asText) this.#sendText(this.#decoder.decode());
    const rest = this.#lines.rest();
    if (rest.length > 0) {
      this.#takeLine(
        this.#options.hasMessages ? concatBytes([rest, new Uint8Array([0x0a])]) : rest,
      );
    }
  }

  /** The last lines, for an error message. */
  get lastLines(): string {
    return new TextDecoder().decode(this.#last).trimEnd().split("\n").slice(-LAST_LINES).join("\n");
  }

  get #needsLines(): boolean {
    return this.#options.hasMessages || this.#options.level !== undefined;
  }

  #takeLine(line: Uint8Array): void {
    if (this.#options.hasMessages) this.#copy(line);
    const { level } = this.#options;
    if (level === undefined) return;
    const text = new TextDecoder().decode(line).replace(/\r?\n$/, "");
    if (text !== "") this.#channel?.writeMessage(logLine(text, level));
  }

  #sendText(text: string): void {
    for (const piece of pieces(text)) {
      this.#channel?.writeMessage(streamLine(this.#stream, piece));
    }
  }

  #copy(bytes: Uint8Array): void {
    try {
      writeAll(this.#sink, bytes);
    } catch (error) {
      // Nobody reads it any more: the command and its messages matter more than its echo.
      if (systemErrorCode(error) !== "EPIPE") throw error;
    }
  }
}
