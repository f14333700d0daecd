import { currentRuntime } from "./current.ts";
import { listenToDenoEnd } from "./deno/process_end.ts";
import { listenToBunEnd, listenToNodeEnd } from "./node/process_end.ts";
import { nodeProcess } from "./node/process_global.ts";
import type { ProcessEndListener } from "./uncaught_errors.ts";

/**
 * Calls a listener when the process ends: by an exit, because the event loop ran empty, or by an
 * error that is not caught. What the listener does synchronously is always done, and an exit code
 * that it sets counts. If it returns a promise, an end by an error waits for it; no runtime lets an
 * exit wait. The output of the runtime does not change.
 *
 * @returns A function that removes the listener.
 */
export function listenToProcessEnd(listener: ProcessEndListener): () => void {
  switch (currentRuntime().name) {
    case "deno":
      return listenToDenoEnd(globalThis.Deno, listener);
    case "bun":
      return listenToBunEnd(nodeProcess(), listener);
    case "node":
      return listenToNodeEnd(nodeProcess(), listener);
  }
}
