/**
 * Types of globals that all runtimes have, but that a TypeScript project may not declare: one
 * without the DOM in its `lib` and without the types of Node. There, each type is the part of the
 * global that this package uses.
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
 * A value that `await using` accepts, if the project's `lib` declares `Symbol.asyncDispose`.
 */
export type PipesAsyncDisposable = SymbolConstructor extends
  { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [key in Key]: () => Promise<void> }
  : Record<never, never>;
