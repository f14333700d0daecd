import type { PipesAbortSignal } from "../../public_types.ts";

/** What accompanies each request to a store. */
export interface PipesStoreRequestOptions {
  /** Aborted when the answer is not needed any more. */
  readonly signal: PipesAbortSignal;
}

/** The place for the messages of one session in a store, in numbered chunks. */
export interface PipesChunkStore {
  /** Returns the name of a chunk for errors and notices, such as `s3://bucket/prefix/1.json`. */
  chunkName(index: number): string;
  /**
   * Puts a chunk where Dagster's message reader looks for it, unless there is one already.
   *
   * If it throws, it is called again with the same chunk, which may be there if only the answer was
   * lost.
   *
   * @param payload The chunk: lines of UTF-8.
   * @param index Its number, from 1 on.
   * @returns `false` if there is a chunk with this number already, which stays, or if there may be.
   */
  uploadMessagesChunk(
    payload: Uint8Array,
    index: number,
    options: PipesStoreRequestOptions,
  ): Promise<boolean | void>;
  /**
   * Gets a chunk. It is called if a chunk was there already, to compare it with this session's own,
   * and at the opening for the second chunk, which only another session can have put. It throws if
   * the chunk does not exist.
   */
  downloadMessagesChunk?(index: number, options: PipesStoreRequestOptions): Promise<Uint8Array>;
  /**
   * The size in bytes of the largest chunk that Dagster's message reader can take.
   *
   * @default {Infinity}
   */
  readonly maxChunkBytes?: number;
  /** The store's name for the right to write, for errors. */
  readonly writeRight?: string;
}

/** One object in a store: what Dagster's context injector wrote. */
export interface PipesStoreObject {
  /** Its name in errors, such as `s3://bucket/key`. */
  readonly name: string;
  /** Gets its content: text, or UTF-8. If it throws, it is called again if that can help. */
  download(options: PipesStoreRequestOptions): Promise<string | Uint8Array>;
  /** The store's name for the right to read, for errors. */
  readonly readRight?: string;
}
