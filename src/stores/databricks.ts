/**
 * The context and the messages in files of Databricks: in a Unity Catalog volume, for
 * `PipesUnityCatalogVolumesContextInjector` and `PipesUnityCatalogVolumesMessageReader` on Dagster's
 * side, or in DBFS, for `PipesDbfsContextInjector` and `PipesDbfsMessageReader`.
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { PipesDefaultContextLoader } from "../loaders/default_context_loader.ts";
import type { PipesContextLoader } from "../ports.ts";
import { CONTEXT_PARAMS, MESSAGES_PARAMS, requireStringParam } from "../protocol/params_checks.ts";
import type { PipesParams } from "../protocol/types.ts";
import { requireOptions } from "../schemas.ts";
import { PipesBlobStoreMessageWriter, type PipesBlobStoreOptions } from "./blob_store.ts";
import type { PipesChunkStore } from "./chunks/chunk_store.ts";
import { SENDING_SCHEMAS } from "./chunks/sending_schemas.ts";
import { clusterLogExtras } from "./cluster_logs.ts";
import { createFile } from "./create_file.ts";

export type { PipesBlobStoreOptions } from "./blob_store.ts";

/** Where DBFS is. */
export interface PipesDbfsOptions {
  /**
   * The folder that it is mounted as, which is the same in every cluster.
   *
   * @default {"/dbfs"}
   */
  readonly mount?: string | undefined;
}

const DBFS_SCHEMAS = { mount: v.optional(v.string(), "/dbfs") };

/** What Dagster's `DbfsAPI.read` returns at most: it would drop the rest of a larger chunk. */
const MAX_DBFS_CHUNK_BYTES = 500_000;

/**
 * Reads the context that Dagster's `PipesUnityCatalogVolumesContextInjector` wrote.
 *
 * @example
 * ```ts
 * import { PipesUnityCatalogVolumesContextLoader } from "@dagsterpipes/pipes/databricks";
 *
 * const contextLoader = new PipesUnityCatalogVolumesContextLoader();
 * ```
 */
export class PipesUnityCatalogVolumesContextLoader implements PipesContextLoader {
  /**
   * Reads the context.
   *
   * @param params `{ path }`: the file's path.
   * @returns The text of the file.
   * @throws {DagsterPipesError} `params_invalid` for other params, `context_unavailable` if the
   * file cannot be read.
   */
  loadContext(params: PipesParams): string | Record<string, unknown> {
    return readContextFile(requireStringParam(params, "path", CONTEXT_PARAMS));
  }
}

/**
 * Reads the context that Dagster's `PipesDbfsContextInjector` wrote.
 *
 * @example
 * ```ts
 * import { PipesDbfsContextLoader } from "@dagsterpipes/pipes/databricks";
 *
 * const contextLoader = new PipesDbfsContextLoader();
 * ```
 */
export class PipesDbfsContextLoader implements PipesContextLoader {
  readonly #mount: string;

  /**
   * Creates a loader.
   *
   * @param options Where DBFS is.
   * @throws {DagsterPipesError} `invalid_argument` if an option is unknown or wrong.
   */
  constructor(options: PipesDbfsOptions = {}) {
    this.#mount = requireOptions("PipesDbfsContextLoader", DBFS_SCHEMAS, options).mount;
  }

  /**
   * Reads the context.
   *
   * @param params `{ path }`: the file's path in DBFS.
   * @returns The text of the file.
   * @throws {DagsterPipesError} `params_invalid` for other params, `context_unavailable` if the
   * file cannot be read.
   */
  loadContext(params: PipesParams): string | Record<string, unknown> {
    return readContextFile(
      dbfsPath(this.#mount, requireStringParam(params, "path", CONTEXT_PARAMS)),
    );
  }
}

/**
 * Writes messages to a Unity Catalog volume, for Dagster's `PipesUnityCatalogVolumesMessageReader`.
 *
 * @example
 * ```ts
 * import { PipesUnityCatalogVolumesMessageWriter } from "@dagsterpipes/pipes/databricks";
 *
 * const messageWriter = new PipesUnityCatalogVolumesMessageWriter({ intervalSeconds: 5 });
 * ```
 */
export class PipesUnityCatalogVolumesMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Creates a writer.
   *
   * @param options How to send.
   * @throws {DagsterPipesError} `invalid_argument` if an option is unknown or wrong.
   */
  constructor(options: PipesBlobStoreOptions = {}) {
    super(
      (params) => openChunkFolder(requireStringParam(params, "path", MESSAGES_PARAMS)),
      options,
    );
  }
}

/**
 * Writes messages to DBFS, for Dagster's `PipesDbfsMessageReader`.
 *
 * @example
 * ```ts
 * import { PipesDbfsMessageWriter } from "@dagsterpipes/pipes/databricks";
 *
 * const messageWriter = new PipesDbfsMessageWriter({ intervalSeconds: 5 });
 * ```
 */
export class PipesDbfsMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Creates a writer.
   *
   * @param options Where DBFS is, and how to send.
   * @throws {DagsterPipesError} `invalid_argument` if an option is unknown or wrong.
   */
  constructor(options: PipesDbfsOptions & PipesBlobStoreOptions = {}) {
    const schemas = { ...DBFS_SCHEMAS, ...SENDING_SCHEMAS };
    const { mount, ...sending } = requireOptions("PipesDbfsMessageWriter", schemas, options);
    super((params) => {
      const path = dbfsPath(mount, requireStringParam(params, "path", MESSAGES_PARAMS));
      return { ...openChunkFolder(path), maxChunkBytes: MAX_DBFS_CHUNK_BYTES };
    }, sending);
  }

  /** Returns the place of the delivered cluster logs, if there is one, for Dagster's log readers. */
  getOpenedExtras(): Record<string, unknown> {
    return clusterLogExtras();
  }
}

function readContextFile(path: string): string | Record<string, unknown> {
  return new PipesDefaultContextLoader().loadContext({ path });
}

function dbfsPath(mount: string, path: string): string {
  return `${mount}/${path.replace(/^\/+/, "")}`;
}

function openChunkFolder(path: string): PipesChunkStore {
  const chunkName = (index: number): string => `${path}/${index}.json`;
  return {
    chunkName,
    uploadMessagesChunk: (payload, index) => createFile(chunkName(index), payload),
    downloadMessagesChunk: (index) => readFile(chunkName(index)),
  };
}
