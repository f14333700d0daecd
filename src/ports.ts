import type { PipesAbortSignal } from "./public_types.ts";
import type { MaybePromise, PipesParams } from "./protocol/types.ts";

/**
 * Finds the two parameters of Dagster: where the context lies, and where messages go.
 */
export interface PipesParamsLoader {
  /** Whether Dagster launched this process. */
  isDagsterPipesProcess(): boolean;
  /** Where the context lies. */
  loadContextParams(): MaybePromise<PipesParams>;
  /** Where messages go. */
  loadMessagesParams(): MaybePromise<PipesParams>;
}

/**
 * Reads the context that Dagster's context injector wrote.
 */
export interface PipesContextLoader {
  /**
   * Gives the context. What it throws reaches Dagster and the script as it is.
   *
   * @param params Those of the context injector.
   * @returns JSON text, which may hold all that Python's `json` writes, or the data.
   */
  loadContext(params: PipesParams): MaybePromise<string | Record<string, unknown>>;
}

/**
 * Opens the way that messages take to Dagster.
 */
export interface PipesMessageWriter {
  /**
   * Opens a channel.
   *
   * @param params Those of Dagster's message reader.
   * @returns The channel, which the session closes.
   */
  open(params: PipesParams): MaybePromise<PipesMessageWriterChannel>;
  /**
   * What Dagster's message reader is to be told by the `opened` message. Called after `open`.
   * Default: nothing.
   */
  getOpenedExtras?(): Record<string, unknown>;
}

/**
 * A way that messages take to Dagster, while it is open.
 *
 * One that hands each message to the operating system at once needs no more than `writeMessage` and
 * `close`. One that sends later, over a network for example, also has the other two: then nothing is
 * lost in silence, whatever way the process ends.
 */
export interface PipesMessageWriterChannel {
  /**
   * Takes one message: a line of JSON without the line end. Throws where it cannot, and has then
   * written nothing of it; a {@linkcode DagsterPipesError} with the code `message_incomplete` says
   * that a part is out and the rest will follow.
   */
  writeMessage(line: string): void;
  /**
   * Sends what is not sent yet. The session awaits it once, right after its first message, so that a
   * channel which leads nowhere is an error before the script begins its work.
   */
  flush?(): MaybePromise<void>;
  /** How many messages were taken and are not sent yet, for the notice where they are lost. */
  readonly unsentMessages?: number;
  /**
   * Sends what is not sent yet, and gives back what `open` took. Where the process is about to end,
   * the session waits for it as far as the runtime lets one wait.
   *
   * @param signal Aborted when the session can wait no longer.
   */
  close(signal?: PipesAbortSignal): MaybePromise<void>;
}
