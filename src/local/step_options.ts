import type {
  PipesAssetKey,
  PipesDataProvenance,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";

/**
 * A check that a step declares, as in `check_specs`.
 */
export interface StepCheck {
  /** The check's name. */
  readonly checkName: string;
  /** The asset. May be left out where the step has just one. */
  readonly assetKey?: PipesAssetKey | undefined;
}

/**
 * A step of a Dagster run that somebody makes up, to try a script without Dagster.
 */
export interface StepOptions {
  /** The keys of its assets. Default: it is an op, or with `checks` one that only checks assets. */
  readonly assetKeys?: readonly PipesAssetKey[] | undefined;
  /**
   * The checks that it declares: `"not_empty"`, `"orders:not_empty"` or `{ checkName, assetKey }`.
   * Default: none.
   */
  readonly checks?: readonly (string | StepCheck)[] | undefined;
  /** What is passed along: any JSON value, an object in ordinary use. Default: `{}`. */
  readonly extras?: unknown;
  /** The key of its partition. Default: it is not partitioned. */
  readonly partitionKey?: string | undefined;
  /** Its first and last partition, in place of one key. */
  readonly partitionKeyRange?: PipesPartitionKeyRange | undefined;
  /** The time that its partitions cover, where they are of time. */
  readonly partitionTimeWindow?: PipesTimeWindow | undefined;
  /** The id of the run. */
  readonly runId?: string | undefined;
  /** The name of the job. Default: `"__ASSET_JOB"`, Dagster's own where assets are materialized. */
  readonly jobName?: string | null | undefined;
  /** How many times the step was tried before. Default: 0. */
  readonly retryNumber?: number | undefined;
  /** The code version of each asset that has one. */
  readonly codeVersionByAssetKey?: Readonly<Record<string, string | null>> | undefined;
  /** What each asset's newest materialization was made from, where there is one. */
  readonly provenanceByAssetKey?:
    | Readonly<Record<string, PipesDataProvenance | null>>
    | undefined;
}

/** What a step is to make and to check. */
export interface StepTargets {
  /** The escaped keys of its assets; null for an op. */
  readonly assetKeys: readonly string[] | null;
  /** The checks that it declares. */
  readonly checks: readonly { readonly assetKey: string; readonly checkName: string }[];
}
