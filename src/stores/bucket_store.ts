import type * as v from "valibot";
import {
  CONTEXT_PARAMS,
  MESSAGES_PARAMS,
  requireStringParam,
  wrongParam,
} from "../protocol/params_checks.ts";
import type { PipesParams } from "../protocol/types.ts";
import type { PipesAbortSignal } from "../public_types.ts";
import { requireOptions } from "../schemas.ts";
import type { PipesBlobStoreOptions } from "./blob_store.ts";
import type { PipesChunkStore, PipesStoreObject } from "./chunks/chunk_store.ts";
import { SENDING_SCHEMAS } from "./chunks/sending_schemas.ts";
import { httpStatusOf } from "./chunks/store_error.ts";

/** The answer if there is an object already. */
const PRECONDITION_FAILED_STATUS = 412;

/** The differences between stores of objects in buckets. */
export interface BucketStore {
  /** Returns the name of an object, for errors and notices. */
  nameOf(bucket: string, key: string): string;
  get(bucket: string, key: string, signal: PipesAbortSignal): Promise<Uint8Array>;
  /**
   * Puts an object unless there is one with its key, which stays: then it returns `false`, or throws
   * an error with the status 412.
   *
   * @returns `false` also if the answer does not prove that the object was put.
   */
  putIfAbsent(
    bucket: string,
    key: string,
    content: Uint8Array,
    signal: PipesAbortSignal,
  ): Promise<boolean | void>;
  /** The store's name for the right that `get` needs. */
  readonly readRight: string;
  /** The store's name for the right that `putIfAbsent` needs. */
  readonly writeRight: string;
}

/** Returns what opens the context of a loader with these options. */
export function bucketContext<Client>(
  loaderName: string,
  client: v.GenericSchema<unknown, Client>,
  storeOf: (client: Client) => BucketStore,
  options: unknown,
): (params: PipesParams) => PipesStoreObject {
  const store = storeOf(requireOptions(loaderName, { client }, options).client);
  return (params) => {
    const bucket = requireStringParam(params, "bucket", CONTEXT_PARAMS);
    const key = requireStringParam(params, "key", CONTEXT_PARAMS);
    return {
      name: store.nameOf(bucket, key),
      download: ({ signal }) => store.get(bucket, key, signal),
      readRight: store.readRight,
    };
  };
}

/** Returns what opens the messages of a writer with these options, and how it is to send them. */
export function bucketMessages<Client>(
  writerName: string,
  clientSchema: v.GenericSchema<unknown, Client>,
  storeOf: (client: Client) => BucketStore,
  options: unknown,
): [openStore: (params: PipesParams) => PipesChunkStore, options: PipesBlobStoreOptions] {
  const schemas = { client: clientSchema, ...SENDING_SCHEMAS };
  const { client, ...sending } = requireOptions(writerName, schemas, options);
  const openStore = (params: PipesParams): PipesChunkStore => {
    const store = storeOf(client);
    const bucket = requireStringParam(params, "bucket", MESSAGES_PARAMS);
    const { key_prefix: prefix } = params;
    if (prefix !== undefined && prefix !== null && typeof prefix !== "string") {
      throw wrongParam(params, "key_prefix", "a string", MESSAGES_PARAMS);
    }
    const keyOf = (index: number): string => prefix ? `${prefix}/${index}.json` : `${index}.json`;
    return {
      chunkName: (index) => store.nameOf(bucket, keyOf(index)),
      async uploadMessagesChunk(payload, index, { signal }) {
        try {
          return await store.putIfAbsent(bucket, keyOf(index), payload, signal);
        } catch (error) {
          if (httpStatusOf(error) === PRECONDITION_FAILED_STATUS) return false;
          throw error;
        }
      },
      downloadMessagesChunk: (index, { signal }) => store.get(bucket, keyOf(index), signal),
      writeRight: store.writeRight,
    };
  };
  return [openStore, sending];
}
