import { currentRuntime } from "./current.ts";
import { listenToDenoEnd } from "./deno/process_end.ts";
import { nodeProcess } from "./node/adapter.ts";
import { listenToBunEnd, listenToNodeEnd } from "./node/process_end.ts";

/** What the process itself caught last, as a handler of what nobody else caught. */
export interface Caught {
  readonly error?: unknown;
}

/** How a process comes to an end, as far as it can see that itself. */
export type ProcessEnd =
  | { readonly reason: "exit"; readonly code: number } & Caught
  | { readonly reason: "idle" } & Caught
  | { readonly reason: "error"; readonly error: unknown };

/** Is told how the process ends; gives what is to be waited for. */
export type EndListener = (end: ProcessEnd) => void | Promise<void>;

/**
 * Calls a listener when the process ends: by an `exit`, by an event loop that ran empty, by an error
 * that nobody caught. What it does at once is done in any case. Where it gives a promise, the end by
 * an error waits for it, and an empty event loop goes on with what it has to do for it; no runtime
 * lets an `exit` wait. What the runtime prints and the exit code stay what they would be without it.
 *
 * @returns What removes the listener.
 */
export function listenToProcessEnd(listener: EndListener): () => void {
  switch (currentRuntime().name) {
    case "deno":
      return listenToDenoEnd(globalThis.Deno, listener);
    case "bun":
      return listenToBunEnd(nodeProcess(), listener);
    case "node":
      return listenToNodeEnd(nodeProcess(), listener);
  }
}
