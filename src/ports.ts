import type { PipesAbortSignal } from "./public_types.ts";
import type { MaybePromise, PipesParams } from "./protocol/types.ts";

/**
 * Finds the two parameters that Dagster passes to a process.
 */
export interface PipesParamsLoader {
  /** Whether Dagster launched this process. */
  isDagsterPipesProcess(): boolean;
  /** Returns the parameters of Dagster's context injector: how to get the context. */
  loadContextParams(): MaybePromise<PipesParams>;
  /** Returns the parameters of Dagster's message reader: where to send messages. */
  loadMessagesParams(): MaybePromise<PipesParams>;
}

/**
 * Reads the context that Dagster's context injector wrote.
 */
export interface PipesContextLoader {
  /**
   * Returns the context. An error that this throws reaches Dagster and the script unchanged.
   *
   * @param params The parameters of the context injector.
   * @returns JSON text, which may contain everything that Python's `json` writes, or the data.
   */
  loadContext(params: PipesParams): MaybePromise<string | Record<string, unknown>>;
}

/**
 * Opens a channel for messages to Dagster.
 */
export interface PipesMessageWriter {
  /**
   * Opens a channel.
   *
   * @param params The parameters of Dagster's message reader.
   * @returns The channel, which the session closes.
   */
  open(params: PipesParams): MaybePromise<PipesMessageWriterChannel>;
  /**
   * Returns data for Dagster's message reader, which the `opened` message carries. The session calls
   * this after `open`. Without this method, the message carries an empty object.
   */
  getOpenedExtras?(): Record<string, unknown>;
}

/**
 * An open channel for messages to Dagster.
 *
 * A channel that hands each message to the operating system at once needs only `writeMessage` and
 * `close`. A channel that sends later, over a network for example, also has `flush` and
 * `unsentMessages`: then no message is lost silently, however the process ends.
 */
export interface PipesMessageWriterChannel {
  /**
   * Takes one message: a line of JSON in ASCII, without the line end. If this throws, nothing of the
   * message was written, unless the error is a {@linkcode DagsterPipesError} with the code
   * `message_incomplete`: then a part was written, and the rest will follow.
   */
  writeMessage(line: string): void;
  /**
   * Sends all messages that are not sent yet. The session awaits this once, right after its first
   * message, so that a channel which leads nowhere fails before the script starts its work.
   */
  flush?(): MaybePromise<void>;
  /** The number of messages that are not sent yet, for the notice in case they are lost. */
  readonly unsentMessages?: number | undefined;
  /**
   * Sends all messages that are not sent yet, and releases what `open` acquired. If the process is
   * about to end, the session waits for this as long as the runtime allows it.
   *
   * @param signal Aborted when the session cannot wait any longer.
   */
  close(signal?: PipesAbortSignal): MaybePromise<void>;
}
