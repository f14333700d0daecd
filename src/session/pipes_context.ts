import { DagsterPipesError } from "../errors.ts";
import { openContext } from "./current_session.ts";
import type { PipesAbortSignal, PipesAsyncDisposable } from "../public_types.ts";
import type { PipesMetadata, PipesMetadataOf } from "../protocol/metadata/types.ts";
import type { PipesJson } from "../protocol/value_types.ts";
import type {
  PipesAssetCheckSeverity,
  PipesAssetKey,
  PipesDataProvenance,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";
import type { PipesLogger } from "./logger.ts";

/**
 * What {@linkcode PipesContext.reportAssetMaterialization} takes.
 */
export interface AssetMaterializationReport<M = PipesMetadata> {
  /** Values by their labels. Default: none. */
  readonly metadata?: M | undefined;
  /** The version of the data that was made. Default: Dagster computes one. */
  readonly dataVersion?: string | null | undefined;
  /** The asset. May be left out where the step has just one. */
  readonly assetKey?: PipesAssetKey | undefined;
}

/**
 * What {@linkcode PipesContext.reportAssetCheck} takes.
 */
export interface AssetCheckReport<M = PipesMetadata> {
  /** The check's name. */
  readonly checkName: string;
  /** Whether the asset passed. */
  readonly passed: boolean;
  /** How severe a failure is. Default: `"ERROR"`. */
  readonly severity?: PipesAssetCheckSeverity | undefined;
  /** Values by their labels. Default: none. */
  readonly metadata?: M | undefined;
  /** The asset. May be left out where the step has just one. */
  readonly assetKey?: PipesAssetKey | undefined;
}

/**
 * A step of a Dagster run, as seen from the process that Dagster launched for it: what the step is
 * about, and the ways to report back. `E` is the type of its extras.
 *
 * A report returns when its message is with the operating system (a file, stdout, stderr) or
 * queued. It throws a {@linkcode DagsterPipesError} before anything is written if Dagster could not
 * take the message.
 *
 * Where a getter throws, it is a {@linkcode DagsterPipesError} with the code `undefined_property`.
 */
export interface PipesContext<E = Record<string, unknown>> extends PipesAsyncDisposable {
  /** Whether the step makes or checks assets: false in an op. */
  readonly isAssetStep: boolean;
  /** The key of the step's asset, escaped. Throws where there are none or several. */
  readonly assetKey: string;
  /** The keys of the step's assets, escaped. */
  readonly assetKeys: readonly string[];
  /**
   * The code version of the step's asset, or null. Throws where there are none or several assets.
   */
  readonly codeVersion: string | null;
  /** The code version of each asset. */
  readonly codeVersionByAssetKey: Readonly<Record<string, string | null>>;
  /**
   * What the asset's newest materialization was made from, or null. Throws where there are none or
   * several assets.
   */
  readonly provenance: PipesDataProvenance | null;
  /** What each asset's newest materialization was made from. */
  readonly provenanceByAssetKey: Readonly<Record<string, PipesDataProvenance | null>>;
  /** Whether the step is about one partition or more. */
  readonly isPartitionStep: boolean;
  /** The key of the step's partition. Throws where there is none, or a range. */
  readonly partitionKey: string;
  /** The first and last partition. Throws where there is none; null standalone. */
  readonly partitionKeyRange: PipesPartitionKeyRange | null;
  /**
   * The time that the partitions cover, or null where they are not of time. Throws where there is
   * no partition.
   */
  readonly partitionTimeWindow: PipesTimeWindow | null;
  /** The id of the run. */
  readonly runId: string;
  /** The name of the job, or null. */
  readonly jobName: string | null;
  /** How many times the step was tried before: 0 the first time. */
  readonly retryNumber: number;
  /**
   * What the code that launched this process passed along: any JSON value, an object in ordinary
   * use.
   */
  readonly extras: E;
  /** Whether the session is closed. */
  readonly isClosed: boolean;
  /** Whether Dagster launched this process. */
  readonly isDagsterPipesProcess: boolean;
  /** Aborted when Dagster cancels the run. */
  readonly signal: PipesAbortSignal;
  /** Logs to Dagster: `log(message, level)`, or a method for each level. */
  readonly log: PipesLogger;
  /**
   * One of the extras.
   *
   * @param key Its name.
   * @param fallback What to give where it is not there.
   * @returns Its value. Outside Dagster, where neither a default of the schema made it nor a fallback
   * is given, `null`, with a notice.
   * @throws {DagsterPipesError} `undefined_property` where it is not there and no fallback is given,
   * naming those that are.
   */
  getExtra<K extends keyof E, F = never>(key: K, ...fallback: [fallback?: F]): E[K] | F;
  /**
   * Reports that an asset was materialized. An asset can be materialized once in a step.
   *
   * @param report What was made.
   * @throws {DagsterPipesError} `invalid_value` with the path of what Dagster could not take,
   * `invalid_argument` for an asset that the step does not have, `already_reported`,
   * `session_closed`, or `messages_unavailable`.
   */
  reportAssetMaterialization<M extends object = PipesMetadata>(
    report?:
      & AssetMaterializationReport<M>
      & AssetMaterializationReport<M extends PipesMetadataOf<M> ? unknown : PipesMetadataOf<M>>,
  ): void;
  /**
   * Reports the result of a check of an asset. A check can have one result for an asset in a step.
   *
   * @param report The result.
   * @throws {DagsterPipesError} The same as {@linkcode reportAssetMaterialization}.
   */
  reportAssetCheck<M extends object = PipesMetadata>(
    report:
      & AssetCheckReport<M>
      & AssetCheckReport<M extends PipesMetadataOf<M> ? unknown : PipesMetadataOf<M>>,
  ): void;
  /**
   * Hands a value to the code that launched this process, which finds it in
   * `get_custom_messages()`.
   *
   * @param payload Any JSON value. A `bigint` keeps all its digits, a `Date` becomes its ISO text.
   * @throws {DagsterPipesError} `invalid_value` with the path of what is no JSON, `session_closed`,
   * or `messages_unavailable`.
   */
  reportCustomMessage<T>(payload: T extends PipesJson<T> ? T : PipesJson<T>): void;
  /**
   * Sends text to Dagster as if it were printed there.
   *
   * @param stream Which stream it is shown in.
   * @param text The text, with its line ends.
   * @param extras What else the message is to hold, as JSON. Default: nothing.
   * @throws {DagsterPipesError} `invalid_value`, `session_closed`, or `messages_unavailable`.
   */
  logExternalStream<T extends object>(
    stream: "stdout" | "stderr",
    text: string,
    extras?: T extends PipesMetadataOf<T> ? T : PipesMetadataOf<T>,
  ): void;
  /**
   * Ends the session; later calls do nothing. Without an argument the end is clean. With any
   * argument, even `undefined`, the session failed, and Dagster is told the exception. The exit
   * code stays what it is.
   *
   * @param exception What was thrown.
   * @throws {DagsterPipesError} `messages_unavailable` where Dagster could not be told.
   */
  close(exception?: unknown): Promise<void>;
}

/**
 * How code far from the opening of a session comes to its context.
 */
export interface PipesContextAccess {
  /**
   * The context of the open session.
   *
   * @returns The same context that whoever opened the session has.
   * @throws {DagsterPipesError} `undefined_property` where no session is open.
   */
  get<E = Record<string, unknown>>(): PipesContext<E>;
  /** Whether a session is open. */
  isInitialized(): boolean;
}

/**
 * The context of the open session, for code that is not handed it: as in Python, `PipesContext.get()`
 * gives it and `PipesContext.isInitialized()` says whether there is one.
 *
 * @example
 * ```ts
 * import { PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * function readOrders() {
 *   if (PipesContext.isInitialized()) PipesContext.get().log.info("Reading the orders");
 * }
 *
 * await withDagsterPipes(() => readOrders());
 * ```
 */
export const PipesContext: PipesContextAccess = {
  get<E>(): PipesContext<E> {
    const context = openContext();
    // The caller says of what type the extras are, as in `JSON.parse`.
    if (context !== undefined) return context as PipesContext<E>;
    throw new DagsterPipesError(
      "undefined_property",
      "Cannot get the PipesContext: no session is open. Call it within the function of " +
        "withDagsterPipes, or after openDagsterPipes",
    );
  },
  isInitialized: () => openContext() !== undefined,
};
