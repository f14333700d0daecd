/**
 * The context and the messages in Amazon S3, for `PipesS3ContextInjector` and `PipesS3MessageReader`
 * on Dagster's side.
 *
 * @module
 */
import { isRecord } from "../json/kinds.ts";
import type { PipesAbortSignal } from "../public_types.ts";
import { objectWithMethods } from "../schemas.ts";
import {
  PipesBlobStoreContextLoader,
  PipesBlobStoreMessageWriter,
  type PipesBlobStoreOptions,
} from "./blob_store.ts";
import { bucketContext, bucketMessages, type BucketStore } from "./bucket_store.ts";
import { httpStatusOf } from "./chunks/store_error.ts";

export type { PipesBlobStoreOptions } from "./blob_store.ts";

/** What is used of an `S3` of `@aws-sdk/client-s3`. */
export interface S3Operations {
  /** Gets an object. */
  getObject(
    input: { Bucket: string; Key: string },
    options?: { abortSignal?: PipesAbortSignal },
  ): Promise<{ Body?: { transformToByteArray(): Promise<Uint8Array> } | undefined }>;
  /** Puts an object. */
  putObject(
    input: { Bucket: string; Key: string; Body: Uint8Array; IfNoneMatch?: string },
    options?: { abortSignal?: PipesAbortSignal },
  ): Promise<unknown>;
}

/** What the loader and the writer for S3 need. */
export interface PipesS3Options {
  /** The client: an `S3` of `@aws-sdk/client-s3`. An `S3Client` lacks the methods for requests. */
  readonly client: S3Operations;
}

const S3_CLIENT_SCHEMA = objectWithMethods<S3Operations>(
  "must be an S3 of @aws-sdk/client-s3: pass new S3(sameConfig) instead of new S3Client(sameConfig)",
  "getObject",
  "putObject",
);

/**
 * Reads the context that Dagster's `PipesS3ContextInjector` wrote.
 *
 * @example
 * ```ts ignore
 * import { S3 } from "@aws-sdk/client-s3";
 * import { PipesS3ContextLoader } from "@dagsterpipes/pipes/s3";
 *
 * const contextLoader = new PipesS3ContextLoader({ client: new S3() });
 * ```
 */
export class PipesS3ContextLoader extends PipesBlobStoreContextLoader {
  /**
   * Creates a loader.
   *
   * @param options The client of S3.
   * @throws {DagsterPipesError} `invalid_argument` if an option is missing, unknown or wrong.
   */
  constructor(options: PipesS3Options) {
    super(bucketContext("PipesS3ContextLoader", S3_CLIENT_SCHEMA, s3Store, options));
  }
}

/**
 * Writes messages to S3, for Dagster's `PipesS3MessageReader`.
 *
 * @example
 * ```ts ignore
 * import { S3 } from "@aws-sdk/client-s3";
 * import { PipesS3MessageWriter } from "@dagsterpipes/pipes/s3";
 *
 * const messageWriter = new PipesS3MessageWriter({ client: new S3(), intervalSeconds: 5 });
 * ```
 */
export class PipesS3MessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Creates a writer.
   *
   * @param options The client of S3, and how to send.
   * @throws {DagsterPipesError} `invalid_argument` if an option is missing, unknown or wrong.
   */
  constructor(options: PipesS3Options & PipesBlobStoreOptions) {
    const [openStore, sending] = bucketMessages(
      "PipesS3MessageWriter",
      S3_CLIENT_SCHEMA,
      s3Store,
      options,
    );
    super(openStore, sending);
  }
}

/** The answer of a server without conditional writes. */
const NOT_IMPLEMENTED_STATUS = 501;

function s3Store(client: S3Operations): BucketStore {
  let condition: { IfNoneMatch?: string } = { IfNoneMatch: "*" };
  return {
    nameOf: (bucket, key) => `s3://${bucket}/${key}`,
    readRight: "s3:GetObject",
    writeRight: "s3:PutObject",
    async get(bucket, key, signal) {
      const { Body } = await client.getObject(
        { Bucket: bucket, Key: key },
        { abortSignal: signal },
      );
      return await Body?.transformToByteArray() ?? new Uint8Array(0);
    },
    async putIfAbsent(bucket, key, content, signal) {
      const input = { Bucket: bucket, Key: key, Body: content };
      const put = async (): Promise<boolean> =>
        isProof(await client.putObject({ ...input, ...condition }, { abortSignal: signal }));
      try {
        return await put();
      } catch (error) {
        if (httpStatusOf(error) !== NOT_IMPLEMENTED_STATUS) throw error;
        condition = {};
        return await put();
      }
    },
  };
}

/** Whether an HTTP answer comes from S3 itself, and not from a proxy. */
function isProof(answer: unknown): boolean {
  return !isRecord(answer) || answer.$metadata === undefined || answer.ETag !== undefined;
}
