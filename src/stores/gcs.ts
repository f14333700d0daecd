/**
 * The context and the messages in Google Cloud Storage, for `PipesGCSContextInjector` and
 * `PipesGCSMessageReader` on Dagster's side.
 *
 * @example
 * ```ts ignore
 * import { Storage } from "@google-cloud/storage";
 * import { withDagsterPipes } from "@dagsterpipes/pipes";
 * import { PipesGCSContextLoader, PipesGCSMessageWriter } from "@dagsterpipes/pipes/gcs";
 *
 * const client = new Storage();
 * const contextLoader = new PipesGCSContextLoader({ client });
 * const messageWriter = new PipesGCSMessageWriter({ client });
 * await withDagsterPipes({ contextLoader, messageWriter }, (pipes) => {
 *   pipes.reportAssetMaterialization({ metadata: { rows: 3 } });
 * });
 * ```
 *
 * @module
 */
import type { PipesAbortSignal } from "../public_types.ts";
import { CONTEXT_PARAMS, requireStringParam } from "../protocol/params_checks.ts";
import { PipesBlobStoreContextLoader } from "./blob_context_loader.ts";
import { PipesBlobStoreMessageWriter, type PipesBlobStoreOptions } from "./blob_writer.ts";
import { chunkPlace, requireClient } from "./client.ts";
import { onAbort } from "./clock.ts";
import type { GCSClient, GCSFile } from "./gcs_client.ts";
import { statusOf } from "./store_error.ts";

export type { PipesBlobStoreOptions } from "./blob_writer.ts";
export type { GCSClient, GCSFile, GCSWriteStream } from "./gcs_client.ts";

/**
 * What the loader and the writer for GCS need.
 */
export interface PipesGCSOptions {
  /** The client: a `Storage` of `@google-cloud/storage`. */
  readonly client: GCSClient;
}

const EXPECTED = "a Storage of @google-cloud/storage";

/**
 * Reads the context that Dagster's `PipesGCSContextInjector` wrote.
 *
 * @example
 * ```ts
 * import { PipesGCSContextLoader } from "@dagsterpipes/pipes/gcs";
 * import { assertEquals } from "@std/assert";
 *
 * const objects = new Map<string, Uint8Array>();
 * const client = { // in place of `new Storage()` of @google-cloud/storage
 *   bucket: () => ({
 *     file: (name: string) => ({
 *       download: () => Promise.resolve([objects.get(name)!] as const),
 *       createWriteStream: () => ({
 *         on: (event: string, done: (error: Error) => void) =>
 *           event === "finish" && setTimeout(() => done(new Error())),
 *         end: (content: Uint8Array) => objects.set(name, content),
 *         destroy() {},
 *       }),
 *     }),
 *   }),
 * };
 * objects.set("7f3c/context.json", new TextEncoder().encode('{"run_id": "7f3c"}'));
 *
 * const loader = new PipesGCSContextLoader({ client });
 * const text = await loader.loadContext({ bucket: "pipes", key: "7f3c/context.json" });
 * assertEquals(JSON.parse(text), { run_id: "7f3c" });
 * ```
 */
export class PipesGCSContextLoader extends PipesBlobStoreContextLoader {
  /**
   * Makes a loader.
   *
   * @param options `client`: the client of GCS.
   * @throws {DagsterPipesError} `invalid_argument` where that is none.
   */
  constructor({ client }: PipesGCSOptions) {
    requireClient(client, [["bucket"]], EXPECTED);
    super((params) => {
      const bucket = requireStringParam(params, "bucket", CONTEXT_PARAMS);
      const key = requireStringParam(params, "key", CONTEXT_PARAMS);
      return {
        name: `gs://${bucket}/${key}`,
        download: () => download(client.bucket(bucket).file(key)),
        readRight: "storage.objects.get",
      };
    });
  }
}

/**
 * Writes messages to GCS, for Dagster's `PipesGCSMessageReader`.
 *
 * @example
 * ```ts
 * import { PipesGCSMessageWriter } from "@dagsterpipes/pipes/gcs";
 * import { assertEquals } from "@std/assert";
 *
 * const objects = new Map<string, Uint8Array>();
 * const client = { // in place of `new Storage()` of @google-cloud/storage
 *   bucket: () => ({
 *     file: (name: string) => ({
 *       download: () => Promise.resolve([objects.get(name)!] as const),
 *       createWriteStream: () => ({
 *         on: (event: string, done: (error: Error) => void) =>
 *           event === "finish" && setTimeout(() => done(new Error())),
 *         end: (content: Uint8Array) => objects.set(name, content),
 *         destroy() {},
 *       }),
 *     }),
 *   }),
 * };
 *
 * const writer = new PipesGCSMessageWriter({ client, intervalSeconds: 10 });
 * const channel = await writer.open({ bucket: "pipes", key_prefix: "7f3c" });
 * channel.writeMessage('{"method":"opened"}');
 * await channel.close();
 * assertEquals([...objects.keys()], ["7f3c/1.json"]);
 * ```
 */
export class PipesGCSMessageWriter extends PipesBlobStoreMessageWriter {
  /**
   * Makes a writer.
   *
   * @param options `client`: the client of GCS; and how to send.
   * @throws {DagsterPipesError} `invalid_argument` for options that are not possible.
   */
  constructor({ client, ...options }: PipesGCSOptions & PipesBlobStoreOptions) {
    requireClient(client, [["bucket"]], EXPECTED);
    super((params) => {
      const { bucket, keyOf } = chunkPlace(params);
      // The right to the bucket itself is not needed.
      const fileOf = (index: number): GCSFile => client.bucket(bucket).file(keyOf(index));
      return {
        chunkName: (index) => `gs://${bucket}/${keyOf(index)}`,
        uploadMessagesChunk: (payload, index, { signal }) => putNew(fileOf(index), payload, signal),
        downloadMessagesChunk: (index) => download(fileOf(index)),
        writeRight: "storage.objects.create",
      };
    }, options);
  }
}

/** An object is there already. */
const EXISTS = 412;

/** The generation of an object that is not there. */
const NONE = 0;

async function putNew(
  file: GCSFile,
  payload: Uint8Array,
  signal: PipesAbortSignal,
): Promise<boolean> {
  try {
    await put(file, payload, signal);
    return true;
  } catch (error) {
    if (statusOf(error) === EXISTS) return false;
    throw error;
  }
}

/** Unlike the client's `save`, this can be given up, and tries once. */
async function put(file: GCSFile, payload: Uint8Array, signal: PipesAbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stream = file.createWriteStream({
    resumable: false,
    preconditionOpts: { ifGenerationMatch: NONE },
  });
  stream.on("error", reject);
  stream.on("finish", () => resolve());
  const cancel = onAbort(signal, () => {
    stream.destroy();
    reject(signal.reason);
  });
  stream.end(payload);
  try {
    await promise;
  } finally {
    cancel();
  }
}

async function download(file: GCSFile): Promise<Uint8Array> {
  const [content] = await file.download();
  return content;
}
