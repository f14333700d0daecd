/**
 * A level of a log message. Any case is taken.
 *
 * @example
 * ```ts
 * import { type PipesLogLevel, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const level: PipesLogLevel = "WARNING";
 * await withDagsterPipes((pipes) => pipes.log("There are no rows", level));
 * ```
 */
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

/**
 * How bad a failed asset check is: `ERROR` can block the assets downstream, `WARN` does not.
 *
 * @example
 * ```ts
 * import { type PipesAssetCheckSeverity, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const severity: PipesAssetCheckSeverity = "WARN";
 * await withDagsterPipes((pipes) => {
 *   pipes.reportAssetCheck({ checkName: "fresh", passed: false, severity });
 * });
 * ```
 */
export type PipesAssetCheckSeverity = "WARN" | "ERROR";

/**
 * Where something lies, as Dagster tells it: the keys depend on the loader or writer that is to
 * read them.
 *
 * @example
 * ```ts
 * import { PipesDefaultContextLoader, type PipesParams } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const params: PipesParams = { data: { run_id: "7f3c" } };
 * assertEquals(new PipesDefaultContextLoader().loadContext(params), { run_id: "7f3c" });
 * ```
 */
export type PipesParams = Record<string, unknown>;

/**
 * A value, or a promise of one.
 *
 * @example
 * ```ts
 * import type { MaybePromise } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * async function double(value: MaybePromise<number>): Promise<number> {
 *   return 2 * await value;
 * }
 * assertEquals(await double(2), await double(Promise.resolve(2)));
 * ```
 */
export type MaybePromise<T> = T | Promise<T>;

/**
 * The key of an asset: its escaped string (`"a/b"` is the parts a and b; a `/` inside a part is
 * `\/`), or its parts.
 *
 * @example
 * ```ts
 * import { type PipesAssetKey, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const assetKeys: PipesAssetKey[] = ["orders", ["shop", "customers"]];
 * await withDagsterPipes((pipes) => {
 *   for (const assetKey of assetKeys) pipes.reportAssetMaterialization({ assetKey });
 * });
 * ```
 */
export type PipesAssetKey = string | readonly string[];

/**
 * The first and last partition of a step, both included.
 *
 * @example
 * ```ts
 * import type { PipesPartitionKeyRange } from "@dagsterpipes/pipes";
 * import { createTestPipes } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const partitionKeyRange: PipesPartitionKeyRange = { start: "2026-01-01", end: "2026-01-31" };
 * assertEquals(createTestPipes({ partitionKeyRange }).partitionKeyRange?.end, "2026-01-31");
 * ```
 */
export interface PipesPartitionKeyRange {
  /** The first partition's key. */
  readonly start: string;
  /** The last partition's key. */
  readonly end: string;
}

/**
 * The time that a step's partitions cover.
 *
 * @example
 * ```ts
 * import type { PipesTimeWindow } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * function hoursOf({ start, end }: PipesTimeWindow): number {
 *   return (Date.parse(end) - Date.parse(start)) / 3_600_000;
 * }
 * // The day on which the clocks go forward.
 * assertEquals(
 *   hoursOf({ start: "2026-03-29T00:00:00+01:00", end: "2026-03-30T00:00:00+02:00" }),
 *   23,
 * );
 * ```
 */
export interface PipesTimeWindow {
  /** The start, included, as an ISO 8601 string. */
  readonly start: string;
  /** The end, excluded, as an ISO 8601 string. */
  readonly end: string;
}

/**
 * What an asset's newest materialization was made from.
 *
 * @example
 * ```ts
 * import type { PipesDataProvenance } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * function isMadeBy(codeVersion: string, provenance: PipesDataProvenance | null): boolean {
 *   return provenance?.codeVersion === codeVersion;
 * }
 * assertEquals(isMadeBy("v2", null), false);
 * ```
 */
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
  stack: string[];
  name: string | null;
  cause: WireException | null;
  context: WireException | null;
}
