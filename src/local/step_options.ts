import type {
  PipesAssetKey,
  PipesDataProvenance,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";

/** A check that a step declares, as in `check_specs`. */
export interface StepCheck {
  /** The check's name. */
  readonly checkName: string;
  /** The asset. Optional if the step has exactly one. */
  readonly assetKey?: PipesAssetKey | undefined;
}

/** A step of a Dagster run, to try a script without Dagster. */
export interface StepOptions {
  /**
   * The keys of its assets. Without them it is an op, or with `checks` a step that only checks
   * assets.
   */
  readonly assetKeys?: readonly PipesAssetKey[] | undefined;
  /**
   * The checks that it declares: `"not_empty"`, `"orders:not_empty"` or `{ checkName, assetKey }`.
   *
   * @default []
   */
  readonly checks?: readonly (string | StepCheck)[] | undefined;
  /**
   * The extras: any JSON value, usually an object.
   *
   * @default {}
   */
  readonly extras?: unknown;
  /** The key of its partition. Without a partition option, it is not partitioned. */
  readonly partitionKey?: string | undefined;
  /** Its first and last partition, instead of one key. */
  readonly partitionKeyRange?: PipesPartitionKeyRange | undefined;
  /** The time that its partitions cover, if they are partitions of time. */
  readonly partitionTimeWindow?: PipesTimeWindow | undefined;
  /** The id of the run. */
  readonly runId?: string | undefined;
  /**
   * The name of the job.
   *
   * @default "__ASSET_JOB", Dagster's own name if assets are materialized
   */
  readonly jobName?: string | null | undefined;
  /**
   * How many times the step was tried before.
   *
   * @default 0
   */
  readonly retryNumber?: number | undefined;
  /** The code version of each asset that has one. */
  readonly codeVersionByAssetKey?: Readonly<Record<string, string | null>> | undefined;
  /** What each asset's newest materialization was made from, if there is one. */
  readonly provenanceByAssetKey?: Readonly<Record<string, PipesDataProvenance | null>> | undefined;
}
