import { DagsterPipesError } from "../errors.ts";
import { bunRuntime } from "./bun.ts";
import { denoRuntime } from "./deno.ts";
import { type NodeProcess, nodeRuntime } from "./node.ts";
import type { Runtime } from "./runtime.ts";

let current: Runtime | undefined;

/**
 * The runtime that this process runs on, looked up when first asked for and never at import.
 *
 * Deno and Bun define `process` too, so they are asked for first.
 */
export function currentRuntime(): Runtime {
  return current ??= denoRuntime() ?? bunRuntime() ?? nodeRuntime() ?? unknownRuntime();
}

function unknownRuntime(): never {
  const process: NodeProcess | undefined = globalThis.process;
  const node = process?.versions?.node;
  throw new DagsterPipesError(
    "unsupported",
    node === undefined
      ? "Cannot tell which runtime this is: Dagster Pipes runs on Deno, Bun and Node 22.3 or later"
      : `Cannot run on Node ${node}: Dagster Pipes needs Node 22.3 or later`,
  );
}
