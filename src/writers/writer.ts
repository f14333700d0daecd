import type { MaybePromise, PipesParams } from "../protocol/types.ts";

/** Opens the way that messages take to Dagster. */
export interface PipesMessageWriter {
  /** Opens a channel. The params are those of Dagster's message reader. */
  open(params: PipesParams): MaybePromise<PipesMessageWriterChannel>;
  /** What Dagster's message reader is to be told by the `opened` message. Called after `open`. Default: nothing. */
  getOpenedExtras?(): Record<string, unknown>;
}

/** A way that messages take to Dagster, while it is open. */
export interface PipesMessageWriterChannel {
  /**
   * Takes one message: a line of JSON without the line end. Throws where it cannot, and has then written nothing of it; a
   * {@linkcode DagsterPipesError} with the code `message_incomplete` says that a part is out and the rest will follow.
   */
  writeMessage(line: string): void;
  /** Sends what is not sent yet, and gives back what `open` took. */
  close(): MaybePromise<void>;
}
