import type { MaybePromise, PipesParams } from "../protocol/types.ts";

/**
 * Opens the way that messages take to Dagster.
 *
 * @example A writer of one's own, that sends all messages when the session closes
 * ```ts
 * import { type PipesMessageWriter, withDagsterPipes } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const sent: string[] = [];
 * const messageWriter: PipesMessageWriter = {
 *   open() {
 *     const lines: string[] = [];
 *     return {
 *       writeMessage: (line) => void lines.push(line),
 *       close: () => void sent.push(...lines),
 *     };
 *   },
 * };
 * const paramsLoader = {
 *   isDagsterPipesProcess: () => true,
 *   loadContextParams: () => ({ data: { run_id: "7f3c" } }),
 *   loadMessagesParams: () => ({}),
 * };
 * await withDagsterPipes({ messageWriter, paramsLoader }, (pipes) => pipes.log("Hello"));
 * assertEquals(sent.map((line) => JSON.parse(line).method), ["opened", "log", "closed"]);
 * ```
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

/** A way that messages take to Dagster, while it is open. */
export interface PipesMessageWriterChannel {
  /**
   * Takes one message: a line of JSON without the line end. Throws where it cannot, and has then
   * written nothing of it; a {@linkcode DagsterPipesError} with the code `message_incomplete` says
   * that a part is out and the rest will follow.
   */
  writeMessage(line: string): void;
  /** Sends what is not sent yet, and gives back what `open` took. */
  close(): MaybePromise<void>;
}
