import { Buffer } from "node:buffer";
import { pieces } from "../capture/stdio.ts";
import { LineSplitter } from "../process/line_splitter.ts";
import { logLine } from "../protocol/messages.ts";
import { streamLine } from "../protocol/reports.ts";
import { writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { LogBatch } from "./log_batch.ts";

/** The lines of output that an exception may show, and their bytes. */
const MAX_TAIL_LINES = 20;
const MAX_TAIL_BYTES = 8 * 1024;

/** Longer lines become several, so that output without line ends does not fill the memory. */
const MAX_COPIED_LINE_BYTES = 16 * 1024;

const LINE_END = Buffer.from("\n");

const VERSION_KEY = "__dagster_pipes_version";

/** The key with any of its characters escaped, as JSON allows. */
const ESCAPED_VERSION_KEY = new RegExp(
  [...VERSION_KEY].map((char) => `(?:${char}|\\\\u00${char.charCodeAt(0).toString(16)})`).join(""),
  "i",
);

const lineDecoder = new TextDecoder();

/** How the output of a command is passed on. */
export interface OutputRelayOptions {
  /** The level of the log messages that the lines of each stream become, if any. */
  readonly levels: Readonly<Partial<Record<StdioStream, string>>>;
  /** Whether it becomes `log_external_stream` messages. */
  readonly isSentAsText: boolean;
  /**
   * Whether Dagster looks for messages among the lines of both streams. Then only whole lines may be
   * copied, and none that looks like a message.
   */
  readonly isReadForMessages: boolean;
  /** Sends a message to Dagster. */
  readonly send: (line: string) => void;
  /** Waits until more messages can be sent. */
  readonly ready: () => Promise<void> | undefined;
}

/** Copies one stream of a command to the same stream of this process, and to Dagster on demand. */
export class OutputRelay {
  readonly #stream: StdioStream;
  readonly #options: OutputRelayOptions;
  readonly #splitter = new LineSplitter(MAX_COPIED_LINE_BYTES);
  readonly #decoder = new TextDecoder();
  readonly #batch: LogBatch | undefined;
  #tail: Uint8Array = new Uint8Array();
  #copied: Promise<unknown> = Promise.resolve();
  /** Why nothing is copied any more. */
  #failure: Error | undefined;

  constructor(stream: StdioStream, options: OutputRelayOptions) {
    this.#stream = stream;
    this.#options = options;
    const level = options.levels[stream];
    if (level !== undefined) {
      this.#batch = new LogBatch((text) => options.send(logLine(text, level)));
    }
  }

  /** Passes on a stream to its end. Rejects at the end if it cannot be copied. */
  async consume(output: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of output) {
        this.#tail = Buffer.concat([this.#tail, bytes.subarray(-MAX_TAIL_BYTES)])
          .subarray(-MAX_TAIL_BYTES);
        this.#relay(bytes);
        await this.#copied;
        await this.#options.ready();
        free(bytes);
      }
    } finally {
      this.finish();
      await this.#copied;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The last lines, for an error message. */
  get tail(): string {
    const text = new TextDecoder().decode(this.#tail);
    return text.trimEnd().split("\n").slice(-MAX_TAIL_LINES).join("\n");
  }

  /** Sends the lines that wait for others to join them. */
  flush(): void {
    this.#batch?.flush();
  }

  /** Passes on half a line at the end. */
  finish(): void {
    if (this.#options.isSentAsText) this.#sendText(this.#decoder.decode());
    const rest = this.#splitter.rest();
    if (rest.length > 0) this.#relayLines([rest]);
    this.flush();
  }

  #relay(bytes: Uint8Array): void {
    const { isReadForMessages, isSentAsText } = this.#options;
    if (isSentAsText) this.#sendText(this.#decoder.decode(bytes, { stream: true }));
    if (!isReadForMessages) this.#copy(bytes);
    if (isReadForMessages || this.#batch !== undefined) {
      this.#relayLines(this.#splitter.push(bytes));
    }
  }

  #relayLines(lines: Iterable<Uint8Array>): void {
    for (const bytes of lines) {
      const line = lineDecoder.decode(bytes);
      if (this.#options.isReadForMessages) {
        this.#copy(looksLikeMessage(line) ? Buffer.from(markAsOutput(line)) : bytes);
        // Messages may go to the same stream.
        if (!line.endsWith("\n")) this.#copy(LINE_END);
      }
      const text = line.replace(/\r?\n$/, "");
      if (text !== "") this.#batch?.add(text);
    }
  }

  /** Copies bytes. After a failure, the command goes on, and Dagster still gets its part. */
  #copy(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    // If no one reads the stream any more, nothing is lost.
    this.#copied = writeOutput(this.#stream, bytes).catch((cause) => {
      const action = `Cannot copy the ${this.#stream} of the command`;
      this.#failure ??= toPipesError("command_failed", action, cause);
    });
  }

  #sendText(text: string): void {
    for (const piece of pieces(text)) this.#options.send(streamLine(this.#stream, piece));
  }
}

/**
 * Frees the memory of a chunk at once. Deno's garbage collector lets 60 to 90 MB of them pile up,
 * which is more than the 64 MB that output may take.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  const isShared = buffer.byteLength !== byteLength;
  if (buffer instanceof ArrayBuffer && !isShared) buffer.transfer(0);
}

/** Whether one of Dagster's log readers could take a line, or a part of it, for a message. */
function looksLikeMessage(line: string): boolean {
  return line.includes(VERSION_KEY) || ESCAPED_VERSION_KEY.test(line);
}

/**
 * Marks a line as output, so that no log reader takes it for a message. Some readers also split it
 * at the line ends of Python's `splitlines`.
 */
function markAsOutput(line: string): string {
  return line.replace(/^|[\p{Cc}\u2028\u2029](?!\n?$)/gu, "$&output: ");
}
