/**
 * The context and the messages in Azure Blob Storage, for `PipesAzureBlobStorageContextInjector` and
 * `PipesAzureBlobStorageMessageReader` on Dagster's side.
 *
 * @example
 * ```ts
 * import { withDagsterPipes } from "@dagsterpipes/pipes";
 * import {
 *   PipesAzureBlobStorageContextLoader,
 *   PipesAzureBlobStorageMessageWriter,
 * } from "@dagsterpipes/pipes/azure";
 *
 * // In a test, in place of a BlobServiceClient of @azure/storage-blob.
 * const client = {
 *   getContainerClient: () => ({
 *     getBlockBlobClient: () => ({
 *       downloadToBuffer: () => Promise.resolve(new Uint8Array()),
 *       upload: () => Promise.resolve(),
 *     }),
 *   }),
 * };
 * const contextLoader = new PipesAzureBlobStorageContextLoader({ client });
 * const messageWriter = new PipesAzureBlobStorageMessageWriter({ client });
 * await withDagsterPipes({ contextLoader, messageWriter }, (pipes) => {
 *   pipes.reportAssetMaterialization({ metadata: { rows: 3 } });
 * });
 * ```
 *
 * @module
 */
import type { PipesAbortSignal } from "../public_types.ts";
import { CONTEXT_PARAMS, requireStringParam } from "../protocol/params_checks.ts";
import { PipesBlobStoreContextLoader } from "./blob_context_loader.ts";
import { PipesBlobStoreMessageWriter, type PipesBlobStoreOptions } from "./blob_writer.ts";
import { chunkPlace, requireClient } from "./client.ts";
import { statusOf } from "./store_error.ts";

export type { PipesBlobStoreOptions } from "./blob_writer.ts";

/**
 * What is asked of a `BlobServiceClient` of `@azure/storage-blob`.
 */
export interface AzureBlobServiceClient {
  /** A container, without a request. */
  getContainerClient(name: string): {
    /** A blob, without a request. */
    getBlockBlobClient(name: string): AzureBlobClient;
  };
}

/**
 * What is asked of a `BlockBlobClient` of `@azure/storage-blob`.
 */
export interface AzureBlobClient {
  /** Gets its content. */
  downloadToBuffer(
    offset?: number,
    count?: number,
    options?: { abortSignal?: PipesAbortSignal },
  ): Promise<Uint8Array>;
  /** Puts its content. */
  upload(
    body: Uint8Array,
    length: number,
    options?: { abortSignal?: PipesAbortSignal; conditions?: { ifNoneMatch?: string } },
  ): Promise<unknown>;
}

/**
 * What the loader and the writer for Azure Blob Storage need.
 */
export interface PipesAzureBlobStorageOptions {
  /** The client: a `BlobServiceClient` of `@azure/storage-blob`. */
  readonly client: AzureBlobServiceClient;
}

const EXPECTED = "a BlobServiceClient of @azure/storage-blob";

/**
 * Reads the context that Dagster's `PipesAzureBlobStorageContextInjector` wrote.
 *
 * @example
 * ```ts
 * import { PipesAzureBlobStorageContextLoader } from "@dagsterpipes/pipes/azure";
 * import { assertEquals } from "@std/assert";
 *
 * const objects = new Map<string, Uint8Array>();
 * const client = { // in place of `new BlobServiceClient(...)` of @azure/storage-blob
 *   getContainerClient: () => ({
 *     getBlockBlobClient: (name: string) => ({
 *       downloadToBuffer: () => Promise.resolve(objects.get(name)!),
 *       upload: (body: Uint8Array) => Promise.resolve(objects.set(name, body)),
 *     }),
 *   }),
 * };
 * objects.set("7f3c/context.json", new TextEncoder().encode('{"run_id": "7f3c"}'));
 *
 * const loader = new PipesAzureBlobStorageContextLoader({ client });
 * const text = await loader.loadContext({ bucket: "pipes", key: "7f3c/context.json" });
 * assertEquals(JSON.parse(text), { run_id: "7f3c" });
 * ```
 */
export class PipesAzureBlobStorageContextLoader extends PipesBlobStoreContextLoader {
  /**
   * Makes a loader.
   *
   * @param options `client`: the client of Azure Blob Storage.
   * @throws {DagsterPipesError} `invalid_argument` where that is none.
   */
  constructor({ client }: PipesAzureBlobStorageOptions) {
    requireClient(client, [["getContainerClient"]], EXPECTED);
    super((params) => {
      const container = requireStringParam(params, "bucket", CONTEXT_PARAMS);
      const key = requireStringParam(params, "key", CONTEXT_PARAMS);
      const blob = client.getContainerClient(container).getBlockBlobClient(key);
      return {
        name: nameOf(container, key),
        download: ({ signal }) => blob.downloadToBuffer(0, undefined, { abortSignal: signal }),
        readRight: "Storage Blob Data Reader",
      };
    });
  }
}

/**
 * Writes messages to Azure Blob Storage, for Dagster's `PipesAzureBlobStorageMessageReader`.
 *
 * @example
 * ```ts
 * import { PipesAzureBlobStorageMessageWriter } from "@dagsterpipes/pipes/azure";
 * import { assertEquals } from "@std/assert";
 *
 * const objects = new Map<string, Uint8Array>();
 * const client = { // in place of `new BlobServiceClient(...)` of @azure/storage-blob
 *   getContainerClient: () => ({
 *     getBlockBlobClient: (name: string) => ({
 *       downloadToBuffer: () => Promise.resolve(objects.get(name)!),
 *       upload: (body: Uint8Array) => Promise.resolve(objects.set(name, body)),
 *     }),
 *   }),
 * };
 *
 * const writer = new PipesAzureBlobStorageMessageWriter({ client, intervalSeconds: 10 });
 * const channel = await writer.open({ bucket: "pipes", key_prefix: "7f3c" });
 * channel.writeMessage('{"method":"opened"}');
 * await channel.close();
 * assertEquals([...objects.keys()], ["7f3c/1.json"]);
 * ```
 */
export class PipesAzureBlobStorageMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Makes a writer.
   *
   * @param options `client`: the client of Azure Blob Storage; and how to send.
   * @throws {DagsterPipesError} `invalid_argument` for options that are not possible.
   */
  constructor({ client, ...options }: PipesAzureBlobStorageOptions & PipesBlobStoreOptions) {
    requireClient(client, [["getContainerClient"]], EXPECTED);
    super((params) => {
      const { bucket, keyOf } = chunkPlace(params);
      const container = client.getContainerClient(bucket);
      const blobOf = (index: number) => container.getBlockBlobClient(keyOf(index));
      return {
        chunkName: (index) => nameOf(bucket, keyOf(index)),
        uploadMessagesChunk: (payload, index, { signal }) => putNew(blobOf(index), payload, signal),
        downloadMessagesChunk: (index, { signal }) =>
          blobOf(index).downloadToBuffer(0, undefined, { abortSignal: signal }),
        writeRight: "Storage Blob Data Contributor",
      };
    }, options);
  }
}

function nameOf(container: string, key: string): string {
  return `the blob ${key} of the container ${container}`;
}

async function putNew(
  blob: AzureBlobClient,
  payload: Uint8Array,
  signal: PipesAbortSignal,
): Promise<boolean> {
  try {
    await blob.upload(payload, payload.length, {
      abortSignal: signal,
      conditions: { ifNoneMatch: "*" },
    });
    return true;
  } catch (error) {
    if (isThere(error)) return false;
    throw error;
  }
}

/** A 409 may say other things, such as that the container is just being deleted. */
function isThere(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "BlobAlreadyExists" || statusOf(error) === 412;
}
