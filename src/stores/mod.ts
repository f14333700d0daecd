/**
 * What the loaders and writers for S3, GCS, Azure and Databricks are made of, for other stores.
 *
 * @module
 */
export {
  PipesBlobStoreContextLoader,
  PipesBlobStoreMessageWriter,
  type PipesBlobStoreOptions,
} from "./blob_store.ts";
export type {
  PipesChunkStore,
  PipesStoreObject,
  PipesStoreRequestOptions,
} from "./chunks/chunk_store.ts";
