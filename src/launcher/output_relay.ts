import { Buffer } from "node:buffer";
import { pieces } from "../capture/stdio.ts";
import type { OutputConsumer } from "../process/execute_command.ts";
import { LineSplitter } from "../process/line_splitter.ts";
import { logLine } from "../protocol/messages.ts";
import { streamLine } from "../protocol/reports.ts";
import { writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { looksLikeMessage, markAsOutput } from "./forged_message.ts";
import { LogBatch } from "./log_batch.ts";

/** The lines of output that an exception may show, and their bytes. */
const MAX_TAIL_LINES = 20;
const MAX_TAIL_BYTES = 8 * 1024;

/** Longer lines become several, so that output without line ends does not fill the memory. */
const MAX_COPIED_LINE_BYTES = 16 * 1024;

const LINE_END = Buffer.from("\n");

const lineDecoder = new TextDecoder();

/** How one stream of a command is passed on. */
export interface OutputRelayOptions {
  /**
   * The level of the log messages that its lines become.
   *
   * @default no log messages
   */
  readonly level?: string | undefined;
  /** Whether it becomes `log_external_stream` messages. */
  readonly isSentAsText: boolean;
  /**
   * Whether Dagster looks for messages among the lines of both streams, so that only whole lines may
   * be copied, and none that looks like a message.
   */
  readonly isReadForMessages: boolean;
}

/** Takes the messages of a relay. */
export interface RelayTarget {
  /** Sends a message to Dagster. */
  send(line: string): void;
  /** Waits until more messages can be taken. */
  ready(): Promise<void> | undefined;
}

/** Copies one stream of a command to the same stream of this process, and to Dagster on demand. */
export class OutputRelay implements OutputConsumer {
  readonly #stream: StdioStream;
  readonly #options: OutputRelayOptions;
  readonly #target: RelayTarget;
  readonly #splitter = new LineSplitter(MAX_COPIED_LINE_BYTES);
  readonly #decoder = new TextDecoder();
  readonly #batch: LogBatch | undefined;
  #tail: Uint8Array = new Uint8Array();
  #copied: Promise<unknown> = Promise.resolve();
  /** Why nothing is copied any more. */
  #failure: Error | undefined;

  constructor(stream: StdioStream, options: OutputRelayOptions, target: RelayTarget) {
    this.#stream = stream;
    this.#options = options;
    this.#target = target;
    const { level } = options;
    if (level === undefined) return;
    this.#batch = new LogBatch((text) => target.send(logLine(text, level)));
  }

  async consume(output: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of output) {
        this.#tail = Buffer.concat([this.#tail, bytes.subarray(-MAX_TAIL_BYTES)])
          .subarray(-MAX_TAIL_BYTES);
        this.#relay(bytes);
        await this.#untilCopied();
        await this.#target.ready();
        free(bytes);
      }
    } finally {
      this.finish();
      await this.#untilCopied();
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
      if (this.#options.isReadForMessages) this.#copyLine(bytes, line);
      const text = line.replace(/\r?\n$/, "");
      if (text !== "") this.#batch?.add(text);
    }
  }

  /** Copies a line between messages, which may go to the same stream. */
  #copyLine(bytes: Uint8Array, line: string): void {
    this.#copy(looksLikeMessage(line) ? Buffer.from(markAsOutput(line)) : bytes);
    if (!line.endsWith("\n")) this.#copy(LINE_END);
  }

  #copy(bytes: Uint8Array): void {
    // After a failure to write, the command goes on, and Dagster still gets its part.
    if (this.#failure === undefined) this.#copied = writeOutput(this.#stream, bytes);
  }

  /** Waits until everything is copied. If no one reads the stream any more, nothing is lost. */
  async #untilCopied(): Promise<void> {
    try {
      await this.#copied;
    } catch (cause) {
      const action = `Cannot copy the ${this.#stream} of the command`;
      this.#failure ??= toPipesError("command_failed", action, cause);
    }
  }

  #sendText(text: string): void {
    for (const piece of pieces(text)) this.#target.send(streamLine(this.#stream, piece));
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
