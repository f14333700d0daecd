import type { PipesAbortSignal } from "../public_types.ts";

/**
 * What is asked of an `S3` of `@aws-sdk/client-s3`.
 */
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

/**
 * What is asked of an `S3Client` of `@aws-sdk/client-s3`. It has no operations of its own, and this
 * package has none to send by it: it is asked for its endpoint, its signature and its connection.
 */
export interface S3ClientParts {
  /** What the client was made of. */
  readonly config: object;
  /** Sends a command. */
  send(command: never): Promise<unknown>;
}

/** An object in S3. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** The two operations that this package needs, whatever client they go by. */
export interface S3Requests {
  get(place: S3Place, signal: PipesAbortSignal): Promise<Uint8Array>;
  /** Puts an object; with `isNew`, S3 refuses it where there is one already. */
  put(place: S3Place, body: Uint8Array, isNew: boolean, signal: PipesAbortSignal): Promise<void>;
}

/** Requests by the operations of an `S3`. */
export function requestsByOperations(client: S3Operations): S3Requests {
  return {
    async get({ bucket, key }, signal) {
      const { Body } = await client.getObject(
        { Bucket: bucket, Key: key },
        { abortSignal: signal },
      );
      return await Body?.transformToByteArray() ?? new Uint8Array(0);
    },
    async put({ bucket, key }, body, isNew, signal) {
      await client.putObject(
        { Bucket: bucket, Key: key, Body: body, ...(isNew ? { IfNoneMatch: "*" } : {}) },
        { abortSignal: signal },
      );
    },
  };
}
