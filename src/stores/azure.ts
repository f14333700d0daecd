/**
 * The context and the messages in Azure Blob Storage, for `PipesAzureBlobStorageContextInjector` and
 * `PipesAzureBlobStorageMessageReader` on Dagster's side.
 *
 * @module
 */
import { isRecord } from "../json/kinds.ts";
import type { PipesAbortSignal } from "../public_types.ts";
import { systemErrorCode } from "../runtime/system_error.ts";
import { objectWithMethods } from "../schemas.ts";
import {
  PipesBlobStoreContextLoader,
  PipesBlobStoreMessageWriter,
  type PipesBlobStoreOptions,
} from "./blob_store.ts";
import { bucketContext, bucketMessages, type BucketStore } from "./bucket_store.ts";

export type { PipesBlobStoreOptions } from "./blob_store.ts";

/** What is used of a `BlobServiceClient` of `@azure/storage-blob`. */
export interface AzureBlobServiceClient {
  /** Returns a container, without a request. */
  getContainerClient(name: string): {
    /** Returns a blob, without a request. */
    getBlockBlobClient(name: string): AzureBlobClient;
  };
}

/** What is used of a `BlockBlobClient` of `@azure/storage-blob`. */
export interface AzureBlobClient {
  /** Gets the content. */
  downloadToBuffer(
    offset?: number,
    count?: number,
    options?: { abortSignal?: PipesAbortSignal },
  ): Promise<Uint8Array>;
  /** Puts the content. */
  upload(
    body: Uint8Array,
    length: number,
    options?: { abortSignal?: PipesAbortSignal; conditions?: { ifNoneMatch?: string } },
  ): Promise<unknown>;
}

/** What the loader and the writer for Azure Blob Storage need. */
export interface PipesAzureBlobStorageOptions {
  /** The client: a `BlobServiceClient` of `@azure/storage-blob`. */
  readonly client: AzureBlobServiceClient;
}

const AZURE_CLIENT_SCHEMA = objectWithMethods<AzureBlobServiceClient>(
  "must be a BlobServiceClient of @azure/storage-blob",
  "getContainerClient",
);

/**
 * Reads the context that Dagster's `PipesAzureBlobStorageContextInjector` wrote.
 *
 * @example
 * ```ts ignore
 * import { BlobServiceClient } from "@azure/storage-blob";
 * import { PipesAzureBlobStorageContextLoader } from "@dagsterpipes/pipes/azure";
 *
 * const client = BlobServiceClient.fromConnectionString("UseDevelopmentStorage=true");
 * const contextLoader = new PipesAzureBlobStorageContextLoader({ client });
 * ```
 */
export class PipesAzureBlobStorageContextLoader extends PipesBlobStoreContextLoader {
  /**
   * Creates a loader.
   *
   * @param options The client of Azure Blob Storage.
   * @throws {DagsterPipesError} `invalid_argument` if an option is missing, unknown or wrong.
   */
  constructor(options: PipesAzureBlobStorageOptions) {
    super(
      bucketContext("PipesAzureBlobStorageContextLoader", AZURE_CLIENT_SCHEMA, azureStore, options),
    );
  }
}

/**
 * Writes messages to Azure Blob Storage, for Dagster's `PipesAzureBlobStorageMessageReader`.
 *
 * @example
 * ```ts ignore
 * import { BlobServiceClient } from "@azure/storage-blob";
 * import { PipesAzureBlobStorageMessageWriter } from "@dagsterpipes/pipes/azure";
 *
 * const client = BlobServiceClient.fromConnectionString("UseDevelopmentStorage=true");
 * const messageWriter = new PipesAzureBlobStorageMessageWriter({ client, intervalSeconds: 5 });
 * ```
 */
export class PipesAzureBlobStorageMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Creates a writer.
   *
   * @param options The client of Azure Blob Storage, and how to send.
   * @throws {DagsterPipesError} `invalid_argument` if an option is missing, unknown or wrong.
   */
  constructor(options: PipesAzureBlobStorageOptions & PipesBlobStoreOptions) {
    const [openStore, sending] = bucketMessages(
      "PipesAzureBlobStorageMessageWriter",
      AZURE_CLIENT_SCHEMA,
      azureStore,
      options,
    );
    super(openStore, sending);
  }
}

function azureStore(client: AzureBlobServiceClient): BucketStore {
  const blobOf = (container: string, key: string): AzureBlobClient =>
    client.getContainerClient(container).getBlockBlobClient(key);
  return {
    nameOf: (container, key) => `the blob ${key} of the container ${container}`,
    readRight: "Storage Blob Data Reader",
    writeRight: "Storage Blob Data Contributor",
    get: (container, key, signal) =>
      blobOf(container, key).downloadToBuffer(0, undefined, { abortSignal: signal }),
    async putIfAbsent(container, key, content, signal) {
      const options = { abortSignal: signal, conditions: { ifNoneMatch: "*" } };
      try {
        const answer = await blobOf(container, key).upload(content, content.length, options);
        // An HTTP answer without an ETag may come from a proxy.
        return !isRecord(answer) || !("_response" in answer) || answer.etag !== undefined;
      } catch (error) {
        // Its status, 409, has other meanings too, such as that the container is being deleted.
        if (systemErrorCode(error) === "BlobAlreadyExists") return false;
        throw error;
      }
    },
  };
}
