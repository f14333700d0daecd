/**
 * What the loaders and writers for S3, GCS, Azure and Databricks are made of, for a store of one's
 * own.
 *
 * @module
 */
export { PipesBlobStoreMessageWriter, type PipesBlobStoreOptions } from "./blob_writer.ts";
export { PipesBlobStoreContextLoader } from "./blob_context_loader.ts";
export type { PipesChunkStore, PipesStoreObject, PipesStoreRequestOptions } from "./chunk_store.ts";
