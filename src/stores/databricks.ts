/**
 * The context and the messages in files of Databricks: in a Unity Catalog volume, for
 * `PipesUnityCatalogVolumesContextInjector` and `PipesUnityCatalogVolumesMessageReader` on Dagster's
 * side, or in DBFS, for `PipesDbfsContextInjector` and `PipesDbfsMessageReader`.
 *
 * @example
 * ```ts
 * import { PipesCliArgsParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";
 * import {
 *   PipesUnityCatalogVolumesContextLoader,
 *   PipesUnityCatalogVolumesMessageWriter,
 * } from "@dagsterpipes/pipes/databricks";
 *
 * await withDagsterPipes({
 *   paramsLoader: new PipesCliArgsParamsLoader(),
 *   contextLoader: new PipesUnityCatalogVolumesContextLoader(),
 *   messageWriter: new PipesUnityCatalogVolumesMessageWriter(),
 * }, (pipes) => {
 *   pipes.reportAssetMaterialization({ metadata: { rows: 3 } });
 * });
 * ```
 *
 * @module
 */
import { PipesDefaultContextLoader } from "../loaders/default_context_loader.ts";
import type { PipesContextLoader } from "../ports.ts";
import { CONTEXT_PARAMS, MESSAGES_PARAMS, requireStringParam } from "../protocol/params_checks.ts";
import type { PipesParams } from "../protocol/types.ts";
import { createFile, readWholeFile } from "../runtime/create_file.ts";
import { PipesBlobStoreMessageWriter, type PipesBlobStoreOptions } from "./blob_writer.ts";
import type { PipesChunkStore } from "./chunk_store.ts";

export type { PipesBlobStoreOptions } from "./blob_writer.ts";

/**
 * Where DBFS is.
 */
export interface PipesDbfsOptions {
  /** The folder where it is mounted. Default: `/dbfs`, as in a cluster. */
  readonly mount?: string;
}

const DBFS_MOUNT = "/dbfs";

/** What `DbfsAPI.read` gives at most, by which Dagster reads: the rest would vanish. In bytes. */
const DBFS_READ_LIMIT = 500_000;

/**
 * Reads the context that Dagster's `PipesUnityCatalogVolumesContextInjector` wrote.
 *
 * @example
 * ```ts
 * import { PipesUnityCatalogVolumesContextLoader } from "@dagsterpipes/pipes/databricks";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${folder}/context.json`, '{"run_id": "7f3c"}');
 * const loader = new PipesUnityCatalogVolumesContextLoader();
 * assertEquals(loader.loadContext({ path: `${folder}/context.json` }), '{"run_id": "7f3c"}');
 * ```
 */
export class PipesUnityCatalogVolumesContextLoader implements PipesContextLoader {
  /**
   * Reads the context.
   *
   * @param params `{ path }`: the file's path.
   * @returns The text of the file.
   * @throws {DagsterPipesError} `params_invalid` for other params, `context_unavailable` where the
   * file cannot be read.
   */
  loadContext(params: PipesParams): string | Record<string, unknown> {
    return readContext(requireStringParam(params, "path", CONTEXT_PARAMS));
  }
}

/**
 * Reads the context that Dagster's `PipesDbfsContextInjector` wrote.
 *
 * @example
 * ```ts
 * import { PipesDbfsContextLoader } from "@dagsterpipes/pipes/databricks";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * Deno.writeTextFileSync(`${folder}/context.json`, '{"run_id": "7f3c"}');
 * const loader = new PipesDbfsContextLoader({ mount: folder });
 * assertEquals(loader.loadContext({ path: "/context.json" }), '{"run_id": "7f3c"}');
 * ```
 */
export class PipesDbfsContextLoader implements PipesContextLoader {
  readonly #mount: string;

  /**
   * Makes a loader.
   *
   * @param options Where DBFS is.
   */
  constructor({ mount = DBFS_MOUNT }: PipesDbfsOptions = {}) {
    this.#mount = mount;
  }

  /**
   * Reads the context.
   *
   * @param params `{ path }`: the file's path in DBFS.
   * @returns The text of the file.
   * @throws {DagsterPipesError} `params_invalid` for other params, `context_unavailable` where the
   * file cannot be read.
   */
  loadContext(params: PipesParams): string | Record<string, unknown> {
    return readContext(mounted(this.#mount, requireStringParam(params, "path", CONTEXT_PARAMS)));
  }
}

/**
 * Writes messages to a Unity Catalog volume, for Dagster's `PipesUnityCatalogVolumesMessageReader`.
 *
 * @example
 * ```ts
 * import { PipesUnityCatalogVolumesMessageWriter } from "@dagsterpipes/pipes/databricks";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * const writer = new PipesUnityCatalogVolumesMessageWriter();
 * const channel = await writer.open({ path: folder });
 * channel.writeMessage('{"method":"opened"}');
 * await channel.close();
 * assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["1.json"]);
 * ```
 */
export class PipesUnityCatalogVolumesMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Makes a writer.
   *
   * @param options How to send.
   * @throws {DagsterPipesError} `invalid_argument` for options that are not possible.
   */
  constructor(options: PipesBlobStoreOptions = {}) {
    super((params) => new Folder(requireStringParam(params, "path", MESSAGES_PARAMS)), options);
  }
}

/**
 * Writes messages to DBFS, for Dagster's `PipesDbfsMessageReader`.
 *
 * @example
 * ```ts
 * import { PipesDbfsMessageWriter } from "@dagsterpipes/pipes/databricks";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * const writer = new PipesDbfsMessageWriter({ mount: folder });
 * const channel = await writer.open({ path: "/" });
 * channel.writeMessage('{"method":"opened"}');
 * await channel.close();
 * assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["1.json"]);
 * ```
 */
export class PipesDbfsMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Makes a writer.
   *
   * @param options Where DBFS is, and how to send.
   * @throws {DagsterPipesError} `invalid_argument` for options that are not possible.
   */
  constructor({ mount = DBFS_MOUNT, ...options }: PipesDbfsOptions & PipesBlobStoreOptions = {}) {
    super((params) => {
      const path = mounted(mount, requireStringParam(params, "path", MESSAGES_PARAMS));
      return new Folder(path, DBFS_READ_LIMIT);
    }, options);
  }
}

function readContext(path: string): string | Record<string, unknown> {
  return new PipesDefaultContextLoader().loadContext({ path });
}

function mounted(mount: string, path: string): string {
  return `${mount}/${path.replace(/^\/+/, "")}`;
}

class Folder implements PipesChunkStore {
  readonly #path: string;
  readonly maxChunkBytes: number;

  constructor(path: string, maxChunkBytes: number = Infinity) {
    this.#path = path;
    this.maxChunkBytes = maxChunkBytes;
  }

  chunkName(index: number): string {
    return `${this.#path}/${index}.json`;
  }

  uploadMessagesChunk(payload: Uint8Array, index: number): Promise<boolean> {
    return createFile(this.chunkName(index), payload);
  }

  downloadMessagesChunk(index: number): Promise<Uint8Array> {
    return readWholeFile(this.chunkName(index));
  }
}
