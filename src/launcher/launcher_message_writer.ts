import { DagsterPipesError } from "../errors.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printNoticeInTime, writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { openDefaultChannel } from "../writers/default_message_writer.ts";
import { LineChannel } from "../writers/line_channel.ts";

/** How much waits for the reader of a stream before nothing more is taken. */
const MAX_WAITING_BYTES = 64 * 1024;

/**
 * The default message writer, which does not block this process if messages go to a stream, however
 * slow its reader is.
 */
export class LauncherMessageWriter implements PipesMessageWriter {
  #waitingBytes = 0;
  #written: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;

  open(params: PipesParams): PipesMessageWriterChannel {
    const channel = openDefaultChannel(params, {
      openStream: (stream) => {
        const write = (bytes: Uint8Array, start?: number, end?: number): number =>
          this.#write(stream, bytes.subarray(start, end));
        const sink = { ...currentRuntime().stdio(stream), write };
        return new LineChannel(sink, stream);
      },
      notify: (line) => void printNoticeInTime(line),
    });
    return {
      writeMessage: (line) => channel.writeMessage(line),
      close: async () => {
        await channel.close();
        await this.#written;
        this.#throwFailure();
      },
    };
  }

  /** Waits until a slow reader has read most of the messages; `undefined` if it is not slow. */
  ready(): Promise<void> | undefined {
    return this.#waitingBytes > MAX_WAITING_BYTES ? this.#written : undefined;
  }

  /** Takes all bytes at once. They are written when the stream takes them. */
  #write(stream: StdioStream, bytes: Uint8Array): number {
    this.#throwFailure();
    const { length } = bytes;
    this.#waitingBytes += length;
    this.#written = writeOutput(stream, bytes)
      .then((hasReader) => {
        if (hasReader) return;
        throw new DagsterPipesError(
          "messages_unavailable",
          `Cannot write messages to ${stream}: its reader has closed it. Check that the reader still runs`,
        );
      })
      .catch((error) => void (this.#failure ??= { error }))
      .finally(() => this.#waitingBytes -= length);
    return length;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
