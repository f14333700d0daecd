/**
 * What the loaders and writers for S3, GCS, Azure and Databricks are made of, for other stores.
 *
 * @module
 */
export { PipesBlobStoreMessageWriter, type PipesBlobStoreOptions } from "./blob_message_writer.ts";
export { PipesBlobStoreContextLoader } from "./blob_context_loader.ts";
export type {
  PipesChunkStore,
  PipesStoreObject,
  PipesStoreRequestOptions,
} from "./chunks/chunk_store.ts";
