import { fromProcess, listen, type ProcessGlobal } from "./node.ts";
import type { Runtime } from "./runtime.ts";

/** What this adapter uses of the `Bun` global. */
interface BunGlobal {
  inflateSync(bytes: Uint8Array, options: { windowBits: number }): Uint8Array;
}

/** Without it, `Bun.inflateSync` expects a raw stream, with no zlib header. */
const ZLIB = { windowBits: 15 };

/** The adapter for Bun, or `undefined` elsewhere: Node's, without loading `node:zlib`, which costs 5 ms. */
export function bunRuntime(): Runtime | undefined {
  const { Bun: bun, process } = globalThis as unknown as {
    Bun?: BunGlobal;
    process?: ProcessGlobal;
  };
  if (bun === undefined || process === undefined) return undefined;
  const node = fromProcess(process, "bun");
  return {
    ...node,
    inflate: (bytes) => bun.inflateSync(bytes, ZLIB),
    onProcessEnd(listener) {
      const unlisten = node.onProcessEnd(listener);
      const unlistenRejections = listen(process, {
        // No other hook sees a rejection that nobody handles, and the process goes on to `exit` with code 0.
        unhandledRejection(reason: unknown) {
          if (process.listenerCount("unhandledRejection") > 1) return;
          listener({ reason: "error", error: reason });
          // Being here at all counts as dealing with it. Thrown again it fails the process, as it would have without.
          throw reason;
        },
      });
      return () => {
        unlisten();
        unlistenRejections();
      };
    },
  };
}
