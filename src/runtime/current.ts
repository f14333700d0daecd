import { bunRuntime } from "./bun/adapter.ts";
import { denoRuntime } from "./deno/adapter.ts";
import { nodeRuntime } from "./node/adapter.ts";
import { unsupportedRuntime } from "./node/process_global.ts";
import type { Runtime } from "./runtime.ts";

let current: Runtime | undefined;

/**
 * Returns the adapter of the runtime that this process runs on. It is chosen by the first call, not
 * at import.
 */
export function currentRuntime(): Runtime {
  // Bun and Deno define `process` too.
  current ??= bunRuntime() ?? denoRuntime() ?? nodeRuntime();
  if (current === undefined) throw unsupportedRuntime();
  return current;
}

/**
 * Returns a value that all copies of this package in the process share: two versions of it, or one
 * loaded as ESM and one as CommonJS.
 *
 * @param name The name of the value.
 * @param make Creates the value for the first caller.
 */
export function processWide(name: string, make: () => object): object {
  const key = Symbol.for(`@dagsterpipes/pipes ${name}`);
  const known: unknown = Reflect.get(globalThis, key);
  if (typeof known === "object" && known !== null) return known;
  const value = make();
  Object.defineProperty(globalThis, key, { value });
  return value;
}
