/** A level of a log message, in any case. */
export type PipesLogLevel =
  | "DEBUG"
  | "INFO"
  | "WARNING"
  | "ERROR"
  | "CRITICAL"
  | "debug"
  | "info"
  | "warning"
  | "error"
  | "critical"
  | "Debug"
  | "Info"
  | "Warning"
  | "Error"
  | "Critical";

/** How severe a failed asset check is: `ERROR` can block the assets downstream, `WARN` does not. */
export type PipesAssetCheckSeverity = "WARN" | "ERROR";

/**
 * The location of the context, or of the messages, as Dagster passes it. The keys depend on the
 * loader or writer that reads them.
 */
export type PipesParams = Record<string, unknown>;

/** A value, or a promise of one. */
export type MaybePromise<T> = T | Promise<T>;

/**
 * The key of an asset: its escaped string (`"a/b"` is the parts a and b; a `/` inside a part is
 * `\/`), or its parts.
 */
export type PipesAssetKey = string | readonly string[];

/** The first and last partition of a step, both included. */
export interface PipesPartitionKeyRange {
  /** The first partition's key. */
  readonly start: string;
  /** The last partition's key. */
  readonly end: string;
}

/** The time that a step's partitions cover. */
export interface PipesTimeWindow {
  /** The start, included, as an ISO 8601 string. */
  readonly start: string;
  /** The end, excluded, as an ISO 8601 string. */
  readonly end: string;
}

/** The code and the inputs of an asset's newest materialization. */
export interface PipesDataProvenance {
  /** The version of the code that made it. */
  readonly codeVersion: string | null;
  /** The data version of each input, by the escaped string of its asset key. */
  readonly inputDataVersions: Readonly<Record<string, string>>;
  /** Whether the data version was given by the user rather than computed by Dagster. */
  readonly isUserProvided: boolean;
}

/** An exception as the wire carries it: all five keys, at every depth. */
export interface WireException {
  message: string;
  stack: readonly string[];
  name: string | null;
  cause: WireException | null;
  context: WireException | null;
}

// The types of reported values refuse what would be refused at run time if its type shows it: a
// promise, an error, a function. They accept every other type, interfaces included.

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
