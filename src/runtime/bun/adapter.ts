import { runtimeFromProcess } from "../node/adapter.ts";
import { keptProcess } from "../node/process_global.ts";
import { replaceMethod, stopAll } from "../replace_method.ts";
import type { Runtime, StdioListener } from "../runtime.ts";

/** The part of the `Bun` global that this adapter uses. */
interface BunGlobal {
  readonly stdout: unknown;
  readonly stderr: unknown;
  readonly isMainThread: boolean;
  write: BunWrite;
  inflateSync(bytes: Uint8Array, options: { windowBits: number }): Uint8Array;
}

type BunWrite = (target: unknown, data: unknown, ...rest: unknown[]) => Promise<number>;
type ConsoleWrite = (...pieces: unknown[]) => number;

/** Zlib data unpacks to at most this multiple of its length. */
const MAX_GROWTH_OF_LENGTH = 1032;

/** Selects zlib data. By default, `Bun.inflateSync` expects a raw stream without a header. */
const ZLIB_OPTIONS = { windowBits: 15 };

/** Returns the adapter for Bun, which is Node's with a few exceptions, or `undefined` elsewhere. */
export function bunRuntime(): Runtime | undefined {
  // Bun's own types would have to be installed.
  const { Bun: bun } = globalThis as { Bun?: BunGlobal };
  const process = bun === undefined ? undefined : keptProcess();
  // Other runtimes may define `Bun` as a shim.
  if (bun === undefined || process?.versions?.bun === undefined) return undefined;
  const node = runtimeFromProcess(process, "bun");
  return {
    ...node,
    // Loading `node:zlib` takes 5 ms. `Bun.inflateSync` does not take a limit.
    inflate: (bytes, maxBytes) =>
      bytes.length * MAX_GROWTH_OF_LENGTH <= maxBytes
        ? bun.inflateSync(bytes, ZLIB_OPTIONS)
        : node.inflate(bytes, maxBytes),
    isMainThread: () => bun.isMainThread,
    onStdio: (listener, onUnseen) =>
      stopAll([
        node.onStdio(listener, onUnseen),
        listenToConsoleWrite(listener, onUnseen),
        listenToBunWrite(bun, listener, onUnseen),
      ]),
  };
}

/** Listens to `Bun.write(Bun.stdout, data)`, which does not write to `process.stdout`. */
function listenToBunWrite(
  bun: BunGlobal,
  listener: StdioListener,
  onUnseen?: (owner: string) => void,
): () => void {
  return replaceMethod(bun, "write", (original) => async (target, data, ...rest) => {
    const stream = target === bun.stdout ? "stdout" : target === bun.stderr ? "stderr" : undefined;
    if (stream === undefined) return await original.call(bun, target, data, ...rest);
    // The body of a response can be read only once.
    const source = data instanceof Response ? await data.bytes() : data;
    const written = await original.call(bun, target, source, ...rest);
    listener(
      stream,
      typeof source === "string" ? source : await new Response(source as Blob).bytes(),
    );
    return written;
  }, () => onUnseen?.("Bun"));
}

/** Listens to Bun's `console.write`, which prints its arguments without a line end. */
function listenToConsoleWrite(
  listener: StdioListener,
  onUnseen?: (owner: string) => void,
): () => void {
  const target = (globalThis.console ?? {}) as unknown as Record<"write", ConsoleWrite>;
  return replaceMethod(target, "write", (original) => (...pieces) => {
    const written = original.apply(target, pieces);
    for (const piece of pieces) {
      if (typeof piece === "string") listener("stdout", piece);
      else if (ArrayBuffer.isView(piece)) {
        listener("stdout", new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
      } else if (piece instanceof ArrayBuffer) listener("stdout", new Uint8Array(piece));
    }
    return written;
  }, () => onUnseen?.("console"));
}
