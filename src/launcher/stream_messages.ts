import { DagsterPipesError } from "../errors.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printNoticeInTime, writeOutput } from "../runtime/output_stream.ts";
import type { ByteSink, StdioStream } from "../runtime/runtime.ts";
import { CheckedSink } from "../writers/checked_sink.ts";
import { openDefaultChannel } from "../writers/default_message_writer.ts";
import { LineChannel } from "../writers/line_channel.ts";

/** How much waits for the reader of a stream before nothing more is taken. */
const MAX_WAITING_BYTES = 64 * 1024;

/**
 * The default message writer, which does not block this process if messages go to a stream, however
 * slow its reader is.
 */
export class LauncherMessageWriter implements PipesMessageWriter {
  #sink: QueuedSink | undefined;

  open(params: PipesParams): PipesMessageWriterChannel {
    const channel = openDefaultChannel(params, {
      openStream: (stream) => {
        this.#sink = new QueuedSink(stream);
        return new LineChannel(new CheckedSink(this.#sink, stream), stream);
      },
      notify: (line) => void printNoticeInTime(line),
    });
    return {
      writeMessage: (line) => channel.writeMessage(line),
      close: async () => {
        await channel.close();
        await this.#sink?.written();
      },
    };
  }

  /** Waits until a slow reader has read most of the messages; `undefined` if it is not slow. */
  ready(): Promise<void> | undefined {
    const waitingBytes = this.#sink?.waitingBytes ?? 0;
    return waitingBytes > MAX_WAITING_BYTES ? this.#sink?.written() : undefined;
  }
}

/** A stream of this process that takes all bytes at once, and writes them when it can. */
class QueuedSink implements ByteSink {
  readonly #stream: StdioStream;
  #waitingBytes = 0;
  #written: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  constructor(stream: StdioStream) {
    this.#stream = stream;
  }

  /** How many bytes are not written yet. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  write(bytes: Uint8Array, start: number = 0, end: number = bytes.length): number {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#waitingBytes += end - start;
    this.#written = this.#write(bytes.subarray(start, end));
    return end - start;
  }

  /** Waits until all bytes are written. Rejects if one of them cannot be. */
  async written(): Promise<void> {
    await this.#written;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  size(): undefined {}

  isLost(): boolean {
    return currentRuntime().stdio(this.#stream).isLost?.() ?? false;
  }

  close(): void {}

  async #write(bytes: Uint8Array): Promise<void> {
    const { length } = bytes;
    try {
      if (!await writeOutput(this.#stream, bytes)) throw closedStream(this.#stream);
    } catch (error) {
      this.#failure ??= { error };
    }
    this.#waitingBytes -= length;
  }
}

function closedStream(stream: StdioStream): DagsterPipesError {
  return new DagsterPipesError(
    "messages_unavailable",
    `Cannot write messages to ${stream}: the process that read it has closed it. Check that it still runs`,
  );
}
