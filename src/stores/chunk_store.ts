import type { PipesAbortSignal } from "../public_types.ts";

/**
 * What is given along with each request to a store.
 */
export interface PipesStoreRequestOptions {
  /** Aborted when nobody waits for the answer any longer. */
  readonly signal: PipesAbortSignal;
}

/**
 * Where the messages of one session go in a store, in numbered chunks.
 */
export interface PipesChunkStore {
  /** The name of a chunk in errors and notices, such as `s3://bucket/prefix/1.json`. */
  chunkName(index: number): string;
  /**
   * Puts a chunk where Dagster's message reader will look for it, if there is none yet.
   *
   * The same chunk may come again, where an answer was lost. What this throws is tried again.
   *
   * @param payload The chunk: lines of UTF-8.
   * @param index Its number: the first is 1.
   * @returns `false` where a chunk of this number is there already, and stays.
   */
  uploadMessagesChunk(
    payload: Uint8Array,
    index: number,
    options: PipesStoreRequestOptions,
  ): Promise<boolean | void>;
  /**
   * Gets a chunk back. It is asked for where a chunk was there already, to tell whether it is this
   * session's own.
   */
  downloadMessagesChunk?(index: number, options: PipesStoreRequestOptions): Promise<Uint8Array>;
  /** The most bytes of a chunk that Dagster's message reader takes. Default: any number. */
  readonly maxChunkBytes?: number;
  /** The right that writing takes, as the store calls it, to name in an error. */
  readonly writeRight?: string;
}

/**
 * One object in a store: what Dagster's context injector wrote.
 */
export interface PipesStoreObject {
  /** Its name in errors, such as `s3://bucket/key`. */
  readonly name: string;
  /** Gets it: text, or UTF-8. What this throws is tried again, where that may help. */
  download(options: PipesStoreRequestOptions): Promise<string | Uint8Array>;
  /** The right that reading takes, as the store calls it, to name in an error. */
  readonly readRight?: string;
}
