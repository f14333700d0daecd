import { DagsterPipesError } from "../../errors.ts";

/** The `process` global, which all three runtimes have, with a method that its types lack. */
export type NodeProcess = typeof process & { reallyExit(code?: number | string | null): void };

let kept: PropertyDescriptor | undefined;

/**
 * Remembers the `process` global, in case the script replaces it later. Does not read it: on Deno
 * that would load Node's modules, which takes 15 ms.
 */
export function keepProcess(): void {
  kept ??= Object.getOwnPropertyDescriptor(globalThis, "process") ?? {};
}

/** Returns the `process` global that was kept, if there is one. */
export function keptProcess(): NodeProcess | undefined {
  keepProcess();
  return kept?.get === undefined ? kept?.value : kept.get.call(globalThis);
}

/** Returns the `process` global. The first call on Deno takes 15 ms. */
export function nodeProcess(): NodeProcess {
  const process = keptProcess();
  if (typeof process?.getBuiltinModule === "function") return process;
  throw unsupportedRuntime();
}

/** Whether a signal has listeners for its abort. */
export function hasAbortListeners(signal: AbortSignal): boolean {
  const { getEventListeners } = nodeProcess().getBuiltinModule("node:events");
  return getEventListeners(signal, "abort").length > 0;
}

/** Creates the error for a runtime that is not supported, or for a Node that is too old. */
export function unsupportedRuntime(): DagsterPipesError {
  const version = keptProcess()?.versions?.node;
  return new DagsterPipesError(
    "unsupported",
    version === undefined
      ? "Cannot tell which runtime this is: Dagster Pipes runs on Deno, Bun and Node 22.3 or later"
      : `Cannot run on Node ${version}: Dagster Pipes needs Node 22.3 or later`,
  );
}
