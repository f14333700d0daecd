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
