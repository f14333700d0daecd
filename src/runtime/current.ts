import { DagsterPipesError } from "../errors.ts";
import { bunRuntime } from "./bun.ts";
import { denoRuntime } from "./deno.ts";
import { nodeRuntime } from "./node.ts";
import type { Runtime } from "./runtime.ts";

let current: Runtime | undefined;

/**
 * The runtime that this process runs on, looked up when first asked for and never at import.
 *
 * Deno and Bun define `process` too, so they are asked for first.
 */
export function currentRuntime(): Runtime {
  return current ??= denoRuntime() ?? bunRuntime() ?? nodeRuntime() ??
    unknownRuntime();
}

function unknownRuntime(): never {
  throw new DagsterPipesError(
    "unsupported",
    "Cannot tell which runtime this is: Dagster Pipes runs on Deno, Bun and Node 22 or later",
  );
}
