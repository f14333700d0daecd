import { bunRuntime } from "./bun.ts";
import { denoRuntime } from "./deno.ts";
import { nodeRuntime, unsupportedRuntime } from "./node.ts";
import type { Runtime } from "./runtime.ts";

let current: Runtime | undefined;

/**
 * The runtime that this process runs on, looked up when first asked for and never at import.
 *
 * Bun and Deno define `process` too, so they are asked for first.
 */
export function currentRuntime(): Runtime {
  current ??= bunRuntime() ?? denoRuntime() ?? nodeRuntime();
  if (current === undefined) throw unsupportedRuntime();
  return current;
}
