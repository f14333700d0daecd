/**
 * The context and the messages in Google Cloud Storage, for `PipesGCSContextInjector` and
 * `PipesGCSMessageReader` on Dagster's side.
 *
 * @module
 */
import { objectWithMethods } from "../schemas.ts";
import {
  PipesBlobStoreContextLoader,
  PipesBlobStoreMessageWriter,
  type PipesBlobStoreOptions,
} from "./blob_store.ts";
import { bucketContext, bucketMessages, type BucketStore } from "./bucket_store.ts";

export type { PipesBlobStoreOptions } from "./blob_store.ts";

/** What is used of a `Storage` of `@google-cloud/storage`. */
export interface GCSClient {
  /** Returns a bucket, without a request. */
  bucket(name: string): {
    /** Returns an object, without a request. */
    file(name: string): GCSFile;
  };
}

/** What is used of a `File` of `@google-cloud/storage`. */
export interface GCSFile {
  /** What may change the options of a request before the client makes it. */
  readonly interceptors?: {
    push(interceptor: { request(options: GCSRequestOptions): GCSRequestOptions }): unknown;
  };
  /** Gets the content. */
  download(): Promise<readonly [Uint8Array, ...unknown[]]>;
  /** Puts the content, by a stream of Node.js. */
  createWriteStream(
    options: { resumable: boolean; preconditionOpts: { ifGenerationMatch: number } },
  ): GCSWriteStream;
}

/** What is used of the options of a request of `@google-cloud/storage`. */
export interface GCSRequestOptions {
  /** The address of the request. */
  readonly uri: string;
  /** How long to wait for an answer, in milliseconds. */
  readonly timeout?: number | undefined;
}

/** What is used of a stream that writes to a `File` of `@google-cloud/storage`. */
export interface GCSWriteStream {
  /** Listens to an event: `error`, or `finish` when everything is stored. */
  on(event: "error" | "finish", listener: (error: Error) => void): unknown;
  /** Writes the content, and ends the stream. */
  end(content: Uint8Array): unknown;
}

/** What the loader and the writer for GCS need. */
export interface PipesGCSOptions {
  /** The client: a `Storage` of `@google-cloud/storage`. */
  readonly client: GCSClient;
}

const GCS_CLIENT_SCHEMA = objectWithMethods<GCSClient>(
  "must be a Storage of @google-cloud/storage",
  "bucket",
);

/**
 * Reads the context that Dagster's `PipesGCSContextInjector` wrote.
 *
 * @example
 * ```ts ignore
 * import { Storage } from "@google-cloud/storage";
 * import { PipesGCSContextLoader } from "@dagsterpipes/pipes/gcs";
 *
 * const contextLoader = new PipesGCSContextLoader({ client: new Storage() });
 * ```
 */
export class PipesGCSContextLoader extends PipesBlobStoreContextLoader {
  /**
   * Creates a loader.
   *
   * @param options The client of GCS.
   * @throws {DagsterPipesError} `invalid_argument` if an option is missing, unknown or wrong.
   */
  constructor(options: PipesGCSOptions) {
    super(bucketContext("PipesGCSContextLoader", GCS_CLIENT_SCHEMA, gcsStore, options));
  }
}

/**
 * Writes messages to GCS, for Dagster's `PipesGCSMessageReader`.
 *
 * @example
 * ```ts ignore
 * import { Storage } from "@google-cloud/storage";
 * import { PipesGCSMessageWriter } from "@dagsterpipes/pipes/gcs";
 *
 * const messageWriter = new PipesGCSMessageWriter({ client: new Storage(), intervalSeconds: 5 });
 * ```
 */
export class PipesGCSMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Creates a writer.
   *
   * @param options The client of GCS, and how to send.
   * @throws {DagsterPipesError} `invalid_argument` if an option is missing, unknown or wrong.
   */
  constructor(options: PipesGCSOptions & PipesBlobStoreOptions) {
    const [openStore, sending] = bucketMessages(
      "PipesGCSMessageWriter",
      GCS_CLIENT_SCHEMA,
      gcsStore,
      options,
    );
    super(openStore, sending);
  }
}

/** How long the client waits for an answer. Bun waits up to 4 s longer, and cannot be aborted. */
const REQUEST_TIMEOUT_MS = 11_000;

function gcsStore(client: GCSClient): BucketStore {
  const fileOf = (bucket: string, key: string): GCSFile => {
    const file = client.bucket(bucket).file(key);
    file.interceptors?.push({
      request: (options) => ({
        ...options,
        timeout: options.timeout ?? REQUEST_TIMEOUT_MS,
        // The client's own second attempt at a download ends the process (teeny-request 9).
        maxRetries: 0,
      }),
    });
    return file;
  };
  return {
    nameOf: (bucket, key) => `gs://${bucket}/${key}`,
    readRight: "storage.objects.get",
    writeRight: "storage.objects.create",
    async get(bucket, key) {
      const [content] = await fileOf(bucket, key).download();
      return content;
    },
    putIfAbsent: (bucket, key, content) => putNewFile(fileOf(bucket, key), content),
  };
}

/** Unlike the client's `save`, this makes one attempt. */
async function putNewFile(file: GCSFile, content: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stream = file.createWriteStream({
    resumable: false,
    // The generation of an object that does not exist.
    preconditionOpts: { ifGenerationMatch: 0 },
  });
  stream.on("error", reject);
  stream.on("finish", () => resolve());
  stream.end(content);
  await promise;
}
