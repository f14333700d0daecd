import { fromProcess, type ProcessGlobal } from "./node.ts";
import type { Runtime } from "./runtime.ts";

/** What this adapter uses of the `Bun` global. */
interface BunGlobal {
  inflateSync(bytes: Uint8Array, options: { windowBits: number }): Uint8Array;
  deflateSync(bytes: Uint8Array, options: { windowBits: number }): Uint8Array;
}

/** Without it, `Bun.inflateSync` expects a raw stream, with no zlib header. */
const ZLIB = { windowBits: 15 };

/** The adapter for Bun, or `undefined` elsewhere: Node's, without loading `node:zlib`, which costs 5 ms. */
export function bunRuntime(): Runtime | undefined {
  const { Bun: bun, process } = globalThis as {
    Bun?: BunGlobal;
    process?: ProcessGlobal;
  };
  if (bun === undefined || process === undefined) return undefined;
  return {
    ...fromProcess(process, "bun"),
    inflate: (bytes) => bun.inflateSync(bytes, ZLIB),
    deflate: (bytes) => bun.deflateSync(bytes, ZLIB),
  };
}
