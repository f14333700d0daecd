import { Buffer } from "node:buffer";
import { pieces } from "../capture/stdio.ts";
import type { OutputConsumer } from "../process/execute_command.ts";
import { LineSplitter } from "../process/line_splitter.ts";
import { logLine } from "../protocol/framing.ts";
import { streamLine } from "../protocol/reports.ts";
import { currentRuntime } from "../runtime/current.ts";
import { writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode, toPipesError } from "../runtime/system_error.ts";
import { writeAll } from "../runtime/write_all.ts";
import { looksLikeMessage, markAsOutput } from "./forged_message.ts";
import { LogBatch } from "./log_batch.ts";

/** The lines of output that an exception may show, and their bytes. */
const MAX_TAIL_LINES = 20;
const MAX_TAIL_BYTES = 8 * 1024;

/** Longer lines become several, so that output without line ends does not fill the memory. */
const MAX_LINE_BYTES = 64 * 1024;

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
  /** Whether Dagster's messages go to the same stream, so that only whole lines may be copied. */
  readonly hasMessages: boolean;
}

/** Copies one stream of a command to the same stream of this process, and to Dagster on demand. */
export class OutputRelay implements OutputConsumer {
  readonly #stream: StdioStream;
  readonly #options: OutputRelayOptions;
  readonly #send: (line: string) => void;
  readonly #splitter = new LineSplitter(MAX_LINE_BYTES);
  readonly #decoder = new TextDecoder();
  readonly #batch: LogBatch | undefined;
  #tail: Uint8Array = new Uint8Array();
  /** Why nothing is written any more. */
  #failure: Error | undefined;

  /** @param send Sends a message to Dagster. */
  constructor(stream: StdioStream, options: OutputRelayOptions, send: (line: string) => void) {
    this.#stream = stream;
    this.#options = options;
    this.#send = send;
    const { level } = options;
    if (level !== undefined) this.#batch = new LogBatch((text) => send(logLine(text, level)));
  }

  async consume(output: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const bytes of output) {
        this.#tail = Buffer.concat([this.#tail, bytes.subarray(-MAX_TAIL_BYTES)])
          .subarray(-MAX_TAIL_BYTES);
        this.#relay(bytes);
        await this.#write(bytes);
        free(bytes);
      }
    } finally {
      this.finish();
    }
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

  /** Passes on half a line at the end. Throws if the output could not be copied. */
  finish(): void {
    if (this.#options.isSentAsText) this.#sendText(this.#decoder.decode());
    this.#relayLine(this.#splitter.rest());
    this.flush();
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    // After a failure to write, the command goes on, and Dagster still gets its part.
    if (this.#options.hasMessages || this.#failure !== undefined) return;
    try {
      await writeOutput(this.#stream, bytes);
    } catch (cause) {
      this.#failure = this.#cannotCopy(cause);
    }
  }

  #relay(bytes: Uint8Array): void {
    if (this.#options.isSentAsText) this.#sendText(this.#decoder.decode(bytes, { stream: true }));
    if (!this.#options.hasMessages && this.#batch === undefined) return;
    for (const line of this.#splitter.push(bytes)) this.#relayLine(line);
  }

  #relayLine(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const line = new TextDecoder().decode(bytes);
    if (this.#options.hasMessages) this.#writeBetweenMessages(bytes, line);
    const text = line.replace(/\r?\n$/, "");
    if (text !== "") this.#batch?.add(text);
  }

  /** Writes a whole line at once, as messages on the same stream are written. */
  #writeBetweenMessages(bytes: Uint8Array, line: string): void {
    if (this.#failure !== undefined) return;
    const copy = looksLikeMessage(line) ? Buffer.from(markAsOutput(line)) : bytes;
    const output = currentRuntime().stdio(this.#stream);
    try {
      writeAll(output, line.endsWith("\n") ? copy : Buffer.concat([copy, Buffer.from("\n")]));
    } catch (cause) {
      // If no one reads the stream any more, nothing is lost.
      if (systemErrorCode(cause) !== "EPIPE") this.#failure = this.#cannotCopy(cause);
    }
  }

  #cannotCopy(cause: unknown): Error {
    return toPipesError("command_failed", `Cannot copy the ${this.#stream} of the command`, cause);
  }

  #sendText(text: string): void {
    for (const piece of pieces(text)) this.#send(streamLine(this.#stream, piece));
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
