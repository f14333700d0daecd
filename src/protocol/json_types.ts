/**
 * The types of what can be reported. They refuse what is refused at run time wherever its type says
 * so: a promise, an error, a function. They take a type of any kind, interfaces among them, unless it
 * is one of these.
 *
 * @module
 */

/**
 * A value of a simple kind.
 *
 * @example
 * ```ts
 * import { type PipesScalar, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const counted: [string, PipesScalar][] = [["rows", 120], ["source", "orders.csv"]];
 * await withDagsterPipes((pipes) => pipes.reportCustomMessage(counted));
 * ```
 */
export type PipesScalar = string | number | bigint | boolean | null;

/**
 * An object that may be JSON: no function, no promise, no error.
 *
 * @example
 * ```ts
 * import { type PipesObject, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * interface Order {
 *   id: number;
 * }
 *
 * const order: Order = { id: 1 };
 * const found: PipesObject = order;
 * await withDagsterPipes((pipes) => pipes.reportCustomMessage(found));
 * ```
 */
export type PipesObject =
  // Fields that are written down are of this kind.
  | Readonly<Record<string, unknown>>
  | (
    & object
    // Only functions have it.
    & { readonly [Symbol.hasInstance]?: never }
    & { readonly then?: PipesScalar | (object & { readonly [Symbol.hasInstance]?: never }) }
    // An error has all four.
    & (
      | { readonly name?: never }
      | { readonly message?: never }
      | { readonly stack?: never }
      | { readonly cause?: never }
    )
  );

/**
 * A type as it is, but for what is no JSON in it: that becomes a text which says what to do, and which
 * no value fits. Methods and absent fields are left out of it.
 *
 * @example
 * ```ts
 * import { type PipesJson, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * interface Progress {
 *   rows: number;
 * }
 *
 * const progress: PipesJson<Progress> = { rows: 120 };
 * await withDagsterPipes((pipes) => pipes.reportCustomMessage(progress));
 * ```
 */
export type PipesJson<T> = unknown extends T ? T
  : T extends PipesScalar ? T
  : T extends undefined ? "undefined: say null for what is not there"
  : T extends symbol ? "a symbol: say its description"
  : T extends { readonly [Symbol.hasInstance]: unknown } ? "a function: call it first"
  : T extends { then(...args: never[]): unknown } ? "a Promise: await it first"
  : T extends Error
    ? "cause" | "stack" extends keyof T ? "an Error: say its message" : PipesJsonFields<T>
  : T extends { toJSON(): unknown } ? T
  : PipesJsonFields<T>;

/**
 * The fields of an object, each as {@linkcode PipesJson} says.
 *
 * @example
 * ```ts
 * import { type PipesJsonFields, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const range: PipesJsonFields<{ from: number; to?: number }> = { from: 1 };
 * await withDagsterPipes((pipes) => pipes.reportCustomMessage(range));
 * ```
 */
export type PipesJsonFields<T> = {
  [K in keyof T]: unknown extends T[K] ? T[K]
    : T[K] extends undefined | ((...args: never[]) => unknown) ? T[K]
    : PipesJson<Exclude<T[K], undefined>> | Extract<T[K], undefined>;
};
