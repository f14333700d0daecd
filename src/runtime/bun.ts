import { listenToConsoleOutput } from "./console_listener.ts";
import { inflateUpTo, keepProcess, runtimeFromProcess } from "./node.ts";
import { replaceMethod, startAll } from "./replace_method.ts";
import type { Runtime, StdioStream } from "./runtime.ts";

/** What this adapter uses of the `Bun` global. */
interface BunGlobal {
  readonly stdout: unknown;
  readonly stderr: unknown;
  readonly isMainThread: boolean;
  write: BunWrite;
  inspect(value: unknown): string;
  inflateSync(bytes: Uint8Array, options: { windowBits: number }): Uint8Array;
}

type BunWrite = (target: unknown, data: unknown, ...rest: unknown[]) => Promise<number>;

/** Where `console` prints what elsewhere goes to the other stream. */
const STREAMS = { timeEnd: "stderr", timeLog: "stderr", trace: "stdout" } as const;

/** No zlib data unpacks to more than this many times its length. */
const MOST_PACKED = 1032;

/** Without it, `Bun.inflateSync` expects a raw stream, with no zlib header. */
const ZLIB = { windowBits: 15 };

/**
 * The adapter for Bun, or `undefined` elsewhere: Node's, without loading `node:zlib`, which costs 5
 * ms.
 */
export function bunRuntime(): Runtime | undefined {
  // Bun's own types would have to be installed.
  const { Bun: bun } = globalThis as { Bun?: BunGlobal };
  const process = bun === undefined ? undefined : keepProcess()();
  // Others have the global too, as a shim.
  if (bun === undefined || process?.versions?.bun === undefined) return undefined;
  const node = runtimeFromProcess(process, "bun");
  return {
    ...node,
    isInflateReady: true,
    inflate: (bytes, most) =>
      bytes.length * MOST_PACKED <= most
        ? bun.inflateSync(bytes, ZLIB)
        : inflateUpTo(process, bytes, most),
    inspect: (value) => bun.inspect(value),
    isMainThread: () => bun.isMainThread,
    onStdio: (listener) =>
      startAll([
        () => node.onStdio(listener),
        () => listenToConsoleOutput(listener, bun.inspect, STREAMS),
        () => replaceWrite(bun, listener),
      ]),
  };
}

/** `Bun.write(Bun.stdout, data)` does not go through `process.stdout`. */
function replaceWrite(
  bun: BunGlobal,
  listener: (stream: StdioStream, chunk: string | Uint8Array) => void,
): () => void {
  return replaceMethod(bun, "write", (original) => async (target, data, ...rest) => {
    const stream = target === bun.stdout ? "stdout" : target === bun.stderr ? "stderr" : undefined;
    if (stream === undefined) {
      return await original.call(bun, target, data, ...rest);
    }
    // A response can be read only once.
    const source = data instanceof Response ? await data.bytes() : data;
    const written = await original.call(bun, target, source, ...rest);
    listener(
      stream,
      typeof source === "string" ? source : await new Response(source as Blob).bytes(),
    );
    return written;
  });
}
