/**
 * What is asked of a `Storage` of `@google-cloud/storage`.
 */
export interface GCSClient {
  /** A bucket, without a request. */
  bucket(name: string): {
    /** An object, without a request. */
    file(name: string): GCSFile;
  };
}

/**
 * What is asked of a `File` of `@google-cloud/storage`.
 */
export interface GCSFile {
  /** Gets its content. */
  download(): Promise<readonly [Uint8Array, ...unknown[]]>;
  /** Puts its content, by a stream of Node's kind. */
  createWriteStream(
    options: { resumable: boolean; preconditionOpts: { ifGenerationMatch: number } },
  ): GCSWriteStream;
}

/**
 * What is asked of a stream that writes to a `File` of `@google-cloud/storage`.
 */
export interface GCSWriteStream {
  /** Listens to an event: `error`, or `finish` when all is stored. */
  on(event: "error" | "finish", listener: (error: Error) => void): unknown;
  /** Writes the content, and no more. */
  end(content: Uint8Array): unknown;
  /** Gives up. */
  destroy(): unknown;
}
