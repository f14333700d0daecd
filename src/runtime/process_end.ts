import { currentRuntime } from "./current.ts";
import { listenToDenoEnd } from "./deno/process_end.ts";
import { listenToNodeEnd } from "./node/process_end.ts";
import { nodeProcess } from "./node/process_global.ts";
import type { ProcessEndListener } from "./uncaught_errors.ts";

/**
 * Calls a listener when the process ends: by an exit, by an uncaught error, or because the event
 * loop ran empty. The listener may set the exit code. If it returns a promise, an end by an error
 * waits for it; an exit cannot wait. The runtime prints what it would print without the listener.
 * Returns a function that removes the listener.
 */
export function listenToProcessEnd(listener: ProcessEndListener): () => void {
  return currentRuntime().name === "deno"
    ? listenToDenoEnd(globalThis.Deno, listener)
    : listenToNodeEnd(nodeProcess(), listener);
}
