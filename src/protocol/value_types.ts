/**
 * The types of values that are reported: JSON, and the cells and columns of tables. They refuse what
 * would be refused at run time if its type shows it: a promise, an error, a function. They accept
 * every other type, interfaces included.
 *
 * @module
 */
import type { PipesAssetKey } from "./types.ts";

/** A value without parts. */
export type PipesScalar = string | number | bigint | boolean | null;

/** An object that may be JSON: not a function, a promise or an error. */
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
 * The same type, except for parts that JSON cannot hold: these become a text that states what to do,
 * which no value fits. Methods and absent fields are left out.
 */
export type PipesJson<T> = unknown extends T ? T
  : T extends PipesScalar ? T
  : T extends undefined ? "undefined: use null for a missing value"
  : T extends symbol ? "a symbol: use its description"
  : T extends { readonly [Symbol.hasInstance]: unknown } ? "a function: call it first"
  : T extends { then(...args: never[]): unknown } ? "a Promise: await it first"
  : T extends Error
    ? "cause" | "stack" extends keyof T ? "an Error: use its message" : PipesJsonFields<T>
  : T extends { toJSON(): unknown } ? T
  : PipesJsonFields<T>;

/** The fields of an object, each as {@linkcode PipesJson} has it. */
export type PipesJsonFields<T> = {
  [K in keyof T]: unknown extends T[K] ? T[K]
    : T[K] extends undefined | ((...args: never[]) => unknown) ? T[K]
    : PipesJson<Exclude<T[K], undefined>> | Extract<T[K], undefined>;
};

/** The value of one cell of a table. */
export type PipesTableCell =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | PipesTableCellObject;

/** An object whose `toJSON` returns the cell, such as a `Date` or a library's decimal number. */
export interface PipesTableCellObject {
  /** The cell. */
  toJSON(key?: never): string | number | boolean | null;
}

/** The constraints on the values of a column. */
export interface PipesTableColumnConstraints {
  /**
   * Whether a value may be missing.
   *
   * @default {true}
   */
  readonly nullable?: boolean | undefined;
  /**
   * Whether values must be unique.
   *
   * @default {false}
   */
  readonly unique?: boolean | undefined;
  /** Other constraints, as free text. */
  readonly other?: readonly string[] | undefined;
}

/** A column of a table. */
export interface PipesTableColumn {
  /** The column's name. */
  readonly name: string;
  /**
   * The type of its values, as free text. The cells of a column of type `float` are sent as floats.
   *
   * @default {"string"}
   */
  readonly type?: string | undefined;
  /** What the column holds. */
  readonly description?: string | null | undefined;
  /** Tags of the column. */
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
  /** The constraints on its values. */
  readonly constraints?: PipesTableColumnConstraints | null | undefined;
}

/** A column that another column was made from. */
export interface PipesTableColumnDep {
  /** The asset that has the column. */
  readonly assetKey: PipesAssetKey;
  /** The column's name there. */
  readonly columnName: string;
}
