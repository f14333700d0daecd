/**
 * The types of what all runtimes have, and a TypeScript project may know nothing of: one without
 * the DOM in its `lib`, and without the types of Node. Each is then what is needed of it.
 *
 * @module
 */

/**
 * An `AbortSignal`.
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
 */
export type PipesUrl = typeof globalThis extends { URL: { prototype: infer Url } } ? Url
  : { readonly href: string; readonly searchParams: object; toJSON(): string };

/**
 * What `await using` takes, where a project has it.
 */
export type PipesAsyncDisposable = SymbolConstructor extends
  { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [key in Key]: () => Promise<void> }
  : Record<never, never>;
