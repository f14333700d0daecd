import {
  CONTEXT_PARAMS,
  MESSAGES_PARAMS,
  requireStringParam,
  wrongParam,
} from "../protocol/params_checks.ts";
import type { PipesParams } from "../protocol/types.ts";
import type { PipesAbortSignal } from "../public_types.ts";
import type { PipesChunkStore, PipesStoreObject } from "./chunks/chunk_store.ts";

/** What makes a store of objects in buckets different from the others. */
export interface BucketStore {
  /** Returns the name of an object for errors and notices. */
  nameOf(bucket: string, key: string): string;
  /** Gets an object. */
  get(bucket: string, key: string, signal: PipesAbortSignal): Promise<Uint8Array>;
  /**
   * Puts an object unless there is one with its key.
   *
   * @returns `false` if there is one, which stays, or if the answer does not prove that it was put.
   */
  putIfAbsent(
    bucket: string,
    key: string,
    content: Uint8Array,
    signal: PipesAbortSignal,
  ): Promise<boolean>;
  /** The right that `get` needs, as the store calls it. */
  readonly readRight: string;
  /** The right that `putIfAbsent` needs, as the store calls it. */
  readonly writeRight: string;
}

/** Opens the object that Dagster's context injector for a bucket wrote. */
export function openContextObject(store: BucketStore, params: PipesParams): PipesStoreObject {
  const bucket = requireStringParam(params, "bucket", CONTEXT_PARAMS);
  const key = requireStringParam(params, "key", CONTEXT_PARAMS);
  return {
    name: store.nameOf(bucket, key),
    download: ({ signal }) => store.get(bucket, key, signal),
    readRight: store.readRight,
  };
}

/** Opens the place where Dagster's message reader for a bucket looks for chunks. */
export function openMessageChunks(store: BucketStore, params: PipesParams): PipesChunkStore {
  const bucket = requireStringParam(params, "bucket", MESSAGES_PARAMS);
  const { key_prefix: prefix } = params;
  if (prefix !== undefined && prefix !== null && typeof prefix !== "string") {
    throw wrongParam(params, "key_prefix", "a string", MESSAGES_PARAMS);
  }
  const keyOf = (index: number): string => prefix ? `${prefix}/${index}.json` : `${index}.json`;
  return {
    chunkName: (index) => store.nameOf(bucket, keyOf(index)),
    uploadMessagesChunk: (payload, index, { signal }) =>
      store.putIfAbsent(bucket, keyOf(index), payload, signal),
    downloadMessagesChunk: (index, { signal }) => store.get(bucket, keyOf(index), signal),
    writeRight: store.writeRight,
  };
}
