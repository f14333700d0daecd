/**
 * The types of what all runtimes have, and a TypeScript project may know nothing of: one without
 * the DOM in its `lib`, and without the types of Node. Each is then what is needed of it.
 *
 * @module
 */

/**
 * An `AbortSignal`.
 *
 * @example
 * ```ts
 * import type { PipesAbortSignal } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * function isOver(signal: PipesAbortSignal): boolean {
 *   return signal.aborted;
 * }
 * assertEquals(isOver(new AbortController().signal), false);
 * ```
 */
export type PipesAbortSignal = typeof globalThis extends
  { AbortSignal: { prototype: infer Signal } } ? Signal
  : {
    readonly aborted: boolean;
    readonly reason: unknown;
    throwIfAborted(): void;
    addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
    removeEventListener(type: "abort", listener: () => void): void;
  };

/**
 * A `URL`.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesUrl } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const source: PipesUrl = new URL("https://example.com/orders");
 * assertEquals(MetadataValue.url(source).type, "url");
 * ```
 */
export type PipesUrl = typeof globalThis extends { URL: { prototype: infer Url } } ? Url
  : { readonly href: string; readonly searchParams: object; toJSON(): string };

/**
 * What `await using` takes, where a project has it.
 *
 * @example
 * ```ts
 * import { openDagsterPipes, type PipesAsyncDisposable } from "@dagsterpipes/pipes";
 *
 * const pipes = await openDagsterPipes();
 * const scope: PipesAsyncDisposable = pipes;
 * await pipes.close();
 * await scope[Symbol.asyncDispose](); // closed already: there is nothing left to do
 * ```
 */
export type PipesAsyncDisposable = SymbolConstructor extends
  { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [key in Key]: () => Promise<void> }
  : Record<never, never>;
