import { bunRuntime } from "./bun/adapter.ts";
import { denoRuntime } from "./deno/adapter.ts";
import { nodeRuntime, unsupportedRuntime } from "./node/adapter.ts";
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

/**
 * A value that all copies of this package in the process share, such as two versions of it, or one
 * that was loaded as ESM and one as CommonJS.
 */
export function processWide(name: string, make: () => object): object {
  const key = Symbol.for(`@dagsterpipes/pipes ${name}`);
  const known: unknown = Reflect.get(globalThis, key);
  if (typeof known === "object" && known !== null) return known;
  const value = make();
  Object.defineProperty(globalThis, key, { value });
  return value;
}
