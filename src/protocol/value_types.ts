/**
 * The types of values that are reported: JSON, and the cells and columns of tables. They refuse what
 * is refused at run time wherever its type says so: a promise, an error, a function. They take a type
 * of any other kind, interfaces among them.
 *
 * @module
 */
import type { PipesAssetKey } from "./types.ts";

/**
 * A value of a simple kind.
 */
export type PipesScalar = string | number | bigint | boolean | null;

/**
 * An object that may be JSON: no function, no promise, no error.
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
 */
export type PipesJson<T> = unknown extends T ? T
  : T extends PipesScalar ? T
  : T extends undefined ? "undefined: use null for a missing value"
  : T extends symbol ? "a symbol: say its description"
  : T extends { readonly [Symbol.hasInstance]: unknown } ? "a function: call it first"
  : T extends { then(...args: never[]): unknown } ? "a Promise: await it first"
  : T extends Error
    ? "cause" | "stack" extends keyof T ? "an Error: say its message" : PipesJsonFields<T>
  : T extends { toJSON(): unknown } ? T
  : PipesJsonFields<T>;

/**
 * The fields of an object, each as {@linkcode PipesJson} says.
 */
export type PipesJsonFields<T> = {
  [K in keyof T]: unknown extends T[K] ? T[K]
    : T[K] extends undefined | ((...args: never[]) => unknown) ? T[K]
    : PipesJson<Exclude<T[K], undefined>> | Extract<T[K], undefined>;
};

/**
 * What one cell of a table may hold.
 */
export type PipesTableCell =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | PipesTableCellObject;

/**
 * What says by `toJSON` what its cell is, such as a `Date` or a decimal number of a library.
 */
export interface PipesTableCellObject {
  /** The cell. */
  toJSON(key?: never): string | number | boolean | null;
}

/**
 * What holds for the values of a column.
 */
export interface PipesTableColumnConstraints {
  /** Whether a value may be missing. Default: true. */
  readonly nullable?: boolean | undefined;
  /** Whether values must be unique. Default: false. */
  readonly unique?: boolean | undefined;
  /** Anything else, in words. */
  readonly other?: readonly string[] | undefined;
}

/**
 * A column of a table.
 */
export interface PipesTableColumn {
  /** The column's name. */
  readonly name: string;
  /**
   * The type of its values, in any words. The cells of a column of type `float` are sent as floats.
   * Default: `"string"`.
   */
  readonly type?: string | undefined;
  /** What the column holds. */
  readonly description?: string | null | undefined;
  /** Tags of the column. */
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
  /** What holds for its values. */
  readonly constraints?: PipesTableColumnConstraints | null | undefined;
}

/**
 * A column that another column was made from.
 */
export interface PipesTableColumnDep {
  /** The asset that has the column. */
  readonly assetKey: PipesAssetKey;
  /** The column's name there. */
  readonly columnName: string;
}
