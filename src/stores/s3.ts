/**
 * The context and the messages in Amazon S3, for `PipesS3ContextInjector` and `PipesS3MessageReader`
 * on Dagster's side.
 *
 * @example
 * ```ts ignore
 * import { S3 } from "@aws-sdk/client-s3";
 * import { withDagsterPipes } from "@dagsterpipes/pipes";
 * import { PipesS3ContextLoader, PipesS3MessageWriter } from "@dagsterpipes/pipes/s3";
 *
 * const client = new S3();
 * const contextLoader = new PipesS3ContextLoader({ client });
 * const messageWriter = new PipesS3MessageWriter({ client });
 * await withDagsterPipes({ contextLoader, messageWriter }, (pipes) => {
 *   pipes.reportAssetMaterialization({ metadata: { rows: 3 } });
 * });
 * ```
 *
 * @module
 */
import { CONTEXT_PARAMS, requireStringParam } from "../protocol/params_checks.ts";
import { PipesBlobStoreContextLoader } from "./blob_context_loader.ts";
import { PipesBlobStoreMessageWriter, type PipesBlobStoreOptions } from "./blob_writer.ts";
import type { PipesChunkStore } from "./chunk_store.ts";
import { type ChunkPlace, chunkPlace, requireClient } from "./client.ts";
import {
  requestsByOperations,
  type S3ClientParts,
  type S3Operations,
  type S3Requests,
} from "./s3_client.ts";
import { requestsByClient } from "./s3_client_requests.ts";
import { statusOf } from "./store_error.ts";

export type { S3ClientParts, S3Operations } from "./s3_client.ts";
export type { PipesBlobStoreOptions } from "./blob_writer.ts";

/**
 * What the loader and the writer for S3 need.
 */
export interface PipesS3Options {
  /** The client: an `S3` or `S3Client` of `@aws-sdk/client-s3`. */
  readonly client: S3Operations | S3ClientParts;
}

/**
 * Reads the context that Dagster's `PipesS3ContextInjector` wrote.
 *
 * @example
 * ```ts
 * import { PipesS3ContextLoader } from "@dagsterpipes/pipes/s3";
 * import { assertEquals } from "@std/assert";
 *
 * const objects = new Map<string, Uint8Array>();
 * const client = { // in place of `new S3()` of @aws-sdk/client-s3
 *   getObject: ({ Key }: { Key: string }) =>
 *     Promise.resolve({ Body: { transformToByteArray: () => Promise.resolve(objects.get(Key)!) } }),
 *   putObject: ({ Key, Body }: { Key: string; Body: Uint8Array }) =>
 *     Promise.resolve(objects.set(Key, Body)),
 * };
 * objects.set("7f3c/context.json", new TextEncoder().encode('{"run_id": "7f3c"}'));
 *
 * const loader = new PipesS3ContextLoader({ client });
 * const text = await loader.loadContext({ bucket: "pipes", key: "7f3c/context.json" });
 * assertEquals(JSON.parse(text), { run_id: "7f3c" });
 * ```
 */
export class PipesS3ContextLoader extends PipesBlobStoreContextLoader {
  /**
   * Makes a loader.
   *
   * @param options `client`: the client of S3.
   * @throws {DagsterPipesError} `invalid_argument` where that is none.
   */
  constructor({ client }: PipesS3Options) {
    const requests = requestsOf(client);
    super((params) => {
      const bucket = requireStringParam(params, "bucket", CONTEXT_PARAMS);
      const key = requireStringParam(params, "key", CONTEXT_PARAMS);
      return {
        name: `s3://${bucket}/${key}`,
        download: ({ signal }) => requests.get({ bucket, key }, signal),
        readRight: "s3:GetObject",
      };
    });
  }
}

/**
 * Writes messages to S3, for Dagster's `PipesS3MessageReader`.
 *
 * @example
 * ```ts
 * import { PipesS3MessageWriter } from "@dagsterpipes/pipes/s3";
 * import { assertEquals } from "@std/assert";
 *
 * const objects = new Map<string, Uint8Array>();
 * const client = { // in place of `new S3()` of @aws-sdk/client-s3
 *   getObject: ({ Key }: { Key: string }) =>
 *     Promise.resolve({ Body: { transformToByteArray: () => Promise.resolve(objects.get(Key)!) } }),
 *   putObject: ({ Key, Body }: { Key: string; Body: Uint8Array }) =>
 *     Promise.resolve(objects.set(Key, Body)),
 * };
 *
 * const writer = new PipesS3MessageWriter({ client, intervalSeconds: 10 });
 * const channel = await writer.open({ bucket: "pipes", key_prefix: "7f3c" });
 * channel.writeMessage('{"method":"opened"}');
 * await channel.close();
 * assertEquals([...objects.keys()], ["7f3c/1.json"]);
 * ```
 */
export class PipesS3MessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Makes a writer.
   *
   * @param options `client`: the client of S3; and how to send.
   * @throws {DagsterPipesError} `invalid_argument` for options that are not possible.
   */
  constructor({ client, ...options }: PipesS3Options & PipesBlobStoreOptions) {
    const requests = requestsOf(client);
    super((params) => new S3Chunks(requests, chunkPlace(params)), options);
  }
}

function requestsOf(client: S3Operations | S3ClientParts): S3Requests {
  requireClient(
    client,
    [["getObject", "putObject"], ["send"]],
    "an S3 or S3Client of @aws-sdk/client-s3",
  );
  return "putObject" in client ? requestsByOperations(client) : requestsByClient(client);
}

/** An object is there already. */
const EXISTS = 412;

/** The server does not know the condition. */
const NOT_IMPLEMENTED = 501;

class S3Chunks implements PipesChunkStore {
  readonly #requests: S3Requests;
  readonly #place: ChunkPlace;
  readonly writeRight = "s3:PutObject";
  #knowsConditions = true;

  constructor(requests: S3Requests, place: ChunkPlace) {
    this.#requests = requests;
    this.#place = place;
  }

  chunkName(index: number): string {
    return `s3://${this.#place.bucket}/${this.#place.keyOf(index)}`;
  }

  async uploadMessagesChunk(
    payload: Uint8Array,
    index: number,
    { signal }: { signal: AbortSignal },
  ): Promise<boolean> {
    const place = this.#placeOf(index);
    try {
      await this.#requests.put(place, payload, this.#knowsConditions, signal);
    } catch (error) {
      if (statusOf(error) === EXISTS) return false;
      if (statusOf(error) !== NOT_IMPLEMENTED || !this.#knowsConditions) throw error;
      this.#knowsConditions = false;
      await this.#requests.put(place, payload, false, signal);
    }
    return true;
  }

  downloadMessagesChunk(index: number, { signal }: { signal: AbortSignal }): Promise<Uint8Array> {
    return this.#requests.get(this.#placeOf(index), signal);
  }

  #placeOf(index: number): { bucket: string; key: string } {
    return { bucket: this.#place.bucket, key: this.#place.keyOf(index) };
  }
}
