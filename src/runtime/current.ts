import { bunRuntime } from "./bun/adapter.ts";
import { denoRuntime } from "./deno/adapter.ts";
import { nodeRuntime } from "./node/adapter.ts";
import type { Runtime } from "./runtime.ts";

let current: Runtime | undefined;

/** Returns the adapter of the runtime that this process runs on, which the first call chooses. */
export function currentRuntime(): Runtime {
  // Bun and Deno define `process` too.
  return current ??= bunRuntime() ?? denoRuntime() ?? nodeRuntime();
}

/**
 * Returns a value that all copies of this package in the process share, such as two versions of it.
 * The first caller makes it.
 */
export function processWide(name: string, make: () => object): object {
  const key = Symbol.for(`@dagsterpipes/pipes ${name}`);
  const known: unknown = Reflect.get(globalThis, key);
  if (typeof known === "object" && known !== null) return known;
  const value = make();
  Object.defineProperty(globalThis, key, { value });
  return value;
}
