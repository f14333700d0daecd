/**
 * What is asked of a `Storage` of `@google-cloud/storage`.
 *
 * @example
 * ```ts
 * import { type GCSClient, type GCSFile, PipesGCSContextLoader } from "@dagsterpipes/pipes/gcs";
 * import { assertEquals } from "@std/assert";
 *
 * // In a test, in place of `new Storage()` of @google-cloud/storage.
 * const file: GCSFile = {
 *   download: () => Promise.resolve([new TextEncoder().encode("{}")]),
 *   createWriteStream: () => ({ on() {}, end() {}, destroy() {} }),
 * };
 * const client: GCSClient = { bucket: () => ({ file: () => file }) };
 * const loader = new PipesGCSContextLoader({ client });
 * assertEquals(await loader.loadContext({ bucket: "pipes", key: "context.json" }), "{}");
 * ```
 */
export interface GCSClient {
  /** A bucket, without a request. */
  bucket(name: string): {
    /** An object, without a request. */
    file(name: string): GCSFile;
  };
}

/**
 * What is asked of a `File` of `@google-cloud/storage`.
 *
 * @example
 * ```ts
 * import type { GCSFile } from "@dagsterpipes/pipes/gcs";
 * import { assertEquals } from "@std/assert";
 *
 * const file: GCSFile = {
 *   download: () => Promise.resolve([new TextEncoder().encode("{}")]),
 *   createWriteStream: () => ({ on() {}, end() {}, destroy() {} }),
 * };
 * assertEquals((await file.download())[0].length, 2);
 * ```
 */
export interface GCSFile {
  /** Gets its content. */
  download(): Promise<readonly [Uint8Array, ...unknown[]]>;
  /** Puts its content, by a stream of Node's kind. */
  createWriteStream(
    options: { resumable: boolean; preconditionOpts: { ifGenerationMatch: number } },
  ): GCSWriteStream;
}

/**
 * What is asked of a stream that writes to a `File` of `@google-cloud/storage`.
 *
 * @example
 * ```ts
 * import type { GCSWriteStream } from "@dagsterpipes/pipes/gcs";
 * import { assertEquals } from "@std/assert";
 *
 * const written: number[] = [];
 * const stream: GCSWriteStream = {
 *   on() {},
 *   end: (content) => written.push(content.length),
 *   destroy() {},
 * };
 * stream.end(new Uint8Array(3));
 * assertEquals(written, [3]);
 * ```
 */
export interface GCSWriteStream {
  /** Listens to an event: `error`, or `finish` when all is stored. */
  on(event: "error" | "finish", listener: (error: Error) => void): unknown;
  /** Writes the content, and no more. */
  end(content: Uint8Array): unknown;
  /** Gives up. */
  destroy(): unknown;
}
