import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { ChunkChannel, type ChunkChannelOptions } from "./chunks/chunk_channel.ts";
import type { PipesChunkStore } from "./chunks/chunk_store.ts";
import { SYSTEM_ENVIRONMENT } from "./chunks/environment.ts";
import { parseSendingOptions } from "./store_options.ts";

/** How messages are sent to a store. */
export interface PipesBlobStoreOptions {
  /**
   * The `interval` of the message reader on Dagster's side, in seconds. It reads one chunk in that
   * time and a second more.
   *
   * @default {10}
   */
  readonly intervalSeconds?: number | undefined;
  /**
   * How many seconds to try at the end, if the store fails or Dagster's reader is behind. After that
   * the loss is reported, and the process fails. If the run is cancelled, the time is shorter.
   *
   * @default {60}
   */
  readonly deadlineSeconds?: number | undefined;
  /**
   * How many bytes of messages may wait to be sent. If there are more, a report throws.
   *
   * @default {268_435_456}
   */
  readonly maxUnsentBytes?: number | undefined;
}

/**
 * Writes messages to a store in numbered chunks, for a `PipesBlobStoreMessageReader` on Dagster's
 * side. The writers for S3, GCS, Azure and Databricks are made of it.
 *
 * The first chunk is sent while the session opens, so that a store which cannot be written to is an
 * error at once. Later ones follow at the pace of the reader. A chunk that cannot be written is tried
 * again, and nothing is sent before it. When the session closes, one chunk holds all the rest.
 *
 * @example A folder that both sides see
 * ```ts
 * import { PipesBlobStoreMessageWriter } from "@dagsterpipes/pipes/stores";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = new Map<string, string>();
 * const writer = new PipesBlobStoreMessageWriter(({ path }) => ({
 *   chunkName: (index) => `${path}/${index}.json`,
 *   async uploadMessagesChunk(payload, index, { signal }) {
 *     signal.throwIfAborted();
 *     await Promise.resolve();
 *     chunks.set(`${path}/${index}.json`, new TextDecoder().decode(payload));
 *   },
 * }));
 * const channel = await writer.open({ path: "run-7f3c" });
 * channel.writeMessage('{"method":"opened"}');
 * await channel.close();
 * assertEquals([...chunks.keys()], ["run-7f3c/1.json"]);
 * ```
 */
export class PipesBlobStoreMessageWriter implements PipesMessageWriter {
  readonly #openStore: (params: PipesParams) => PipesChunkStore;
  readonly #options: ChunkChannelOptions;

  /**
   * Creates a writer.
   *
   * @param openStore Opens the store of a session, from the params of Dagster's message reader. It
   * throws if they are not what it needs.
   * @param options How to send.
   * @throws {DagsterPipesError} `invalid_argument` if an option is unknown or wrong.
   */
  constructor(
    openStore: (params: PipesParams) => PipesChunkStore,
    options: PipesBlobStoreOptions = {},
  ) {
    if (typeof openStore !== "function") {
      throw new DagsterPipesError(
        "invalid_argument",
        `A message writer for a store takes a function that opens it, got ${kindOf(openStore)}`,
      );
    }
    this.#openStore = openStore;
    this.#options = parseSendingOptions(options);
  }

  /**
   * Opens the channel.
   *
   * @param params Those of Dagster's message reader.
   * @returns The channel.
   * @throws {DagsterPipesError} `params_invalid` if they are those of another reader.
   */
  open(params: PipesParams): PipesMessageWriterChannel {
    return new ChunkChannel(this.#openStore(params), this.#options, SYSTEM_ENVIRONMENT);
  }
}
