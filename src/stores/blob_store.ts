import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import type {
  PipesContextLoader,
  PipesMessageWriter,
  PipesMessageWriterChannel,
} from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { requireOptions } from "../schemas.ts";
import { ChunkChannel, type ChunkChannelOptions } from "./chunks/chunk_channel.ts";
import type { PipesChunkStore, PipesStoreObject } from "./chunks/chunk_store.ts";
import { SYSTEM_ENVIRONMENT } from "./chunks/environment.ts";
import { Retry } from "./chunks/retry.ts";
import { SENDING_SCHEMAS } from "./chunks/sending_schemas.ts";
import { isLasting, toStoreError } from "./chunks/store_error.ts";

/** How long a context that cannot be read is tried again. */
const CONTEXT_DEADLINE_MS = 60_000;

/**
 * Reads the context from a store. The loaders for S3, GCS and Azure are made of it.
 *
 * @example
 * ```ts
 * import { PipesBlobStoreContextLoader } from "@dagsterpipes/pipes/stores";
 * import { assertEquals } from "@std/assert";
 *
 * const objects: Record<string, string> = { "run-7f3c/context.json": '{"run_id": "7f3c"}' };
 * const loader = new PipesBlobStoreContextLoader(({ key }) => ({
 *   name: `the object ${key}`,
 *   download: () => Promise.resolve(objects[String(key)] ?? ""),
 * }));
 * assertEquals(await loader.loadContext({ key: "run-7f3c/context.json" }), '{"run_id": "7f3c"}');
 * ```
 */
export class PipesBlobStoreContextLoader implements PipesContextLoader {
  readonly #openObject: (params: PipesParams) => PipesStoreObject;

  /**
   * Creates a loader.
   *
   * @param openObject Opens the object with the context, from the params of Dagster's context
   * injector. It throws if they are not what it needs.
   * @throws {DagsterPipesError} `invalid_argument` if it is not a function.
   */
  constructor(openObject: (params: PipesParams) => PipesStoreObject) {
    this.#openObject = requireFunction("PipesBlobStoreContextLoader", openObject);
  }

  /**
   * Reads the context.
   *
   * @param params Those of Dagster's context injector.
   * @returns The text.
   * @throws {DagsterPipesError} `params_invalid` if they are those of another injector,
   * `context_unavailable` if it cannot be read, `context_invalid` if it is not text.
   */
  async loadContext(params: PipesParams): Promise<string> {
    const object = this.#openObject(params);
    const action = `read the context at ${object.name}`;
    const giveUp = new AbortController();
    const retry = new Retry(SYSTEM_ENVIRONMENT, giveUp.signal);
    retry.setUrgent(true);
    const cancel = SYSTEM_ENVIRONMENT.after(CONTEXT_DEADLINE_MS, () => giveUp.abort(), true);
    try {
      const content = await retry.run(action, (signal) => object.download({ signal }), isLasting);
      return typeof content === "string" ? content : decodeContext(content, object.name);
    } catch (error) {
      throw toStoreError("context_unavailable", action, error, object.readRight);
    } finally {
      cancel();
    }
  }
}

function decodeContext(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DagsterPipesError(
      "context_invalid",
      `Cannot read the context at ${name}: it is not UTF-8 text`,
      { cause },
    );
  }
}

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
    this.#openStore = requireFunction("PipesBlobStoreMessageWriter", openStore);
    this.#options = requireOptions("PipesBlobStoreMessageWriter", SENDING_SCHEMAS, options);
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

function requireFunction<T>(className: string, open: T): T {
  if (typeof open === "function") return open;
  const text = `${className} takes a function that opens the store, got ${kindOf(open)}`;
  throw new DagsterPipesError("invalid_argument", text);
}
