import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { BlobChannel } from "./blob_channel.ts";
import type { PipesChunkStore } from "./chunk_store.ts";
import { SURROUNDINGS } from "./persistence.ts";

/**
 * How messages are sent to a store.
 */
export interface PipesBlobStoreOptions {
  /**
   * The `interval` of the message reader on Dagster's side, in seconds: it reads one chunk in that
   * time, and a second more. Default: 10.
   */
  readonly intervalSeconds?: number;
  /**
   * How long to go on trying at the end where the store fails, in seconds. Then the rest is told as
   * lost, and the process fails. Where the run is cancelled, the time is shorter. Default: 60.
   */
  readonly deadlineSeconds?: number;
  /**
   * How many bytes of messages may wait to be sent. Where there are more, a report throws.
   * Default: 256 MiB.
   */
  readonly maxUnsentBytes?: number;
}

const DEFAULTS: Required<PipesBlobStoreOptions> = {
  intervalSeconds: 10,
  deadlineSeconds: 60,
  maxUnsentBytes: 256 * 1024 * 1024,
};

/**
 * Writes messages to a store in numbered chunks, for a `PipesBlobStoreMessageReader` on Dagster's
 * side: what the writers for S3, GCS, Azure and Databricks are made of, for a store of one's own.
 *
 * The first chunk goes out while the session opens, so that a store which cannot be written to is an
 * error at once. Later ones follow in step with the reader. A chunk that cannot be written is tried
 * again, and nothing comes before it. When the session closes, one chunk holds all the rest.
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
 * await channel.flush?.();
 * channel.writeMessage('{"method":"closed"}');
 * await channel.close();
 * assertEquals([...chunks.keys()], ["run-7f3c/1.json", "run-7f3c/2.json"]);
 * assertEquals(JSON.parse(chunks.get("run-7f3c/2.json")!), { method: "closed" });
 * ```
 */
export class PipesBlobStoreMessageWriter implements PipesMessageWriter {
  readonly #openStore: (params: PipesParams) => PipesChunkStore;
  readonly #options: Required<PipesBlobStoreOptions>;

  /**
   * Makes a writer.
   *
   * @param openStore Makes, of the params of Dagster's message reader, what writes the chunks of a
   * session. Throws where they are not what it needs.
   * @param options How to send.
   * @throws {DagsterPipesError} `invalid_argument` for options that are not possible.
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
    this.#options = {
      intervalSeconds: positive(options, "intervalSeconds"),
      deadlineSeconds: positive(options, "deadlineSeconds"),
      maxUnsentBytes: positive(options, "maxUnsentBytes"),
    };
  }

  /**
   * Opens the channel.
   *
   * @param params Those of Dagster's message reader.
   * @returns The channel.
   * @throws {DagsterPipesError} `params_invalid` for params of another reader.
   */
  open(params: PipesParams): PipesMessageWriterChannel {
    return new BlobChannel(this.#openStore(params), this.#options, SURROUNDINGS);
  }
}

function positive(options: PipesBlobStoreOptions, key: keyof PipesBlobStoreOptions): number {
  const value: unknown = options[key] ?? DEFAULTS[key];
  if (typeof value === "number" && value >= 0 && value !== Infinity) return value;
  throw new DagsterPipesError(
    "invalid_argument",
    `The option ${key} must be a number that is not negative, got ${kindOf(value)}`,
  );
}
