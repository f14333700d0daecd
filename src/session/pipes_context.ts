import { DagsterPipesError } from "../errors.ts";
import { sharedSession } from "./current_session.ts";
import type { PipesAbortSignal, PipesAsyncDisposable } from "../public_types.ts";
import type { PipesMetadata, PipesMetadataOf } from "../protocol/metadata/types.ts";
import type {
  PipesAssetCheckSeverity,
  PipesAssetKey,
  PipesDataProvenance,
  PipesJson,
  PipesPartitionKeyRange,
  PipesTimeWindow,
} from "../protocol/types.ts";
import type { PipesLogger } from "./logger.ts";

/**
 * The argument of {@linkcode PipesContext.reportAssetMaterialization}.
 */
export interface AssetMaterializationReport<M = PipesMetadata> {
  /** Values by their labels. */
  readonly metadata?: M | undefined;
  /** The version of the data. By default, Dagster computes one. */
  readonly dataVersion?: string | null | undefined;
  /** The asset. By default, the step's only asset. */
  readonly assetKey?: PipesAssetKey | undefined;
}

/**
 * The argument of {@linkcode PipesContext.reportAssetCheck}.
 */
export interface AssetCheckReport<M = PipesMetadata> {
  /** The name of the check. */
  readonly checkName: string;
  /** Whether the asset passed the check. */
  readonly passed: boolean;
  /**
   * How severe a failure is.
   *
   * @default {"ERROR"}
   */
  readonly severity?: PipesAssetCheckSeverity | undefined;
  /** Values by their labels. */
  readonly metadata?: M | undefined;
  /** The asset. By default, the step's only asset. */
  readonly assetKey?: PipesAssetKey | undefined;
}

/**
 * A step of a Dagster run, as the process sees it that Dagster launched for it: what the step is
 * about, and the methods that report back. `E` is the type of its extras.
 *
 * A report returns when its message is with the operating system (a file, stdout, stderr) or queued.
 * If Dagster could not take the message, the report throws a {@linkcode DagsterPipesError} before
 * anything is written.
 *
 * If a getter throws, it is a {@linkcode DagsterPipesError} with the code `undefined_property`.
 */
export interface PipesContext<E = Record<string, unknown>> extends PipesAsyncDisposable {
  /** Whether the step makes or checks assets. False in an op. */
  readonly isAssetStep: boolean;
  /** The escaped key of the step's asset. Throws unless there is exactly one. */
  readonly assetKey: string;
  /** The escaped keys of the step's assets. */
  readonly assetKeys: readonly string[];
  /** The code version of the step's asset, or null. Throws unless there is exactly one asset. */
  readonly codeVersion: string | null;
  /** The code version of each asset. */
  readonly codeVersionByAssetKey: Readonly<Record<string, string | null>>;
  /** The provenance of the step's asset, or null. Throws unless there is exactly one asset. */
  readonly provenance: PipesDataProvenance | null;
  /** What the newest materialization of each asset was made from. */
  readonly provenanceByAssetKey: Readonly<Record<string, PipesDataProvenance | null>>;
  /** Whether the step targets at least one partition. */
  readonly isPartitionStep: boolean;
  /** The key of the step's partition. Throws unless there is exactly one. */
  readonly partitionKey: string;
  /** The first and the last partition. Throws without a partition. Null outside Dagster. */
  readonly partitionKeyRange: PipesPartitionKeyRange | null;
  /** The time that the partitions cover, or null if they are not of time. Throws without a partition. */
  readonly partitionTimeWindow: PipesTimeWindow | null;
  /** The id of the run. */
  readonly runId: string;
  /** The name of the job, or null. */
  readonly jobName: string | null;
  /** How many times the step was tried before. */
  readonly retryNumber: number;
  /** The data that the code which launched this process passed: any JSON value, usually an object. */
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
   * Returns one of the extras.
   *
   * @param key The name of the extra.
   * @param fallback The value to return if it is missing.
   * @returns The value. Outside Dagster, an extra that has neither a default of the schema nor a
   * fallback is `null`, and a notice is printed.
   * @throws {DagsterPipesError} `undefined_property` if it is missing and there is no fallback. The
   * message lists the extras.
   */
  getExtra<K extends keyof E, F = never>(key: K, ...fallback: [fallback?: F]): E[K] | F;
  /**
   * Reports that an asset was materialized. An asset can be materialized once in a step.
   *
   * @param report What was made.
   * @throws {DagsterPipesError} `invalid_value` with the path of a value that Dagster could not take,
   * `invalid_argument` for an asset that is not in the step, `already_reported`, `session_closed`, or
   * `messages_unavailable`.
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
   * Passes a value to the code that launched this process, which gets it from
   * `get_custom_messages()`.
   *
   * @param payload Any JSON value. A `bigint` keeps all its digits, a `Date` becomes its ISO text.
   * @throws {DagsterPipesError} `invalid_value` with the path of a value that is not JSON,
   * `session_closed`, or `messages_unavailable`.
   */
  reportCustomMessage<T>(payload: T extends PipesJson<T> ? T : PipesJson<T>): void;
  /**
   * Sends text to Dagster as if it were printed there.
   *
   * @param stream The stream that shows it.
   * @param text The text, with its line ends.
   * @param extras More data for the message, as JSON.
   * @throws {DagsterPipesError} `invalid_value`, `session_closed`, or `messages_unavailable`.
   */
  logExternalStream<T extends object>(
    stream: "stdout" | "stderr",
    text: string,
    extras?: T extends PipesMetadataOf<T> ? T : PipesMetadataOf<T>,
  ): void;
  /**
   * Ends the session; later calls do nothing. Without an argument the session succeeded. With any
   * argument, even `undefined`, it failed with that exception. The exit code does not change.
   *
   * @param exception What was thrown.
   * @throws {DagsterPipesError} `messages_unavailable` if Dagster could not get the message.
   */
  close(exception?: unknown): Promise<void>;
}

/**
 * Access to the context for code far from the opening of a session.
 */
export interface PipesContextAccess {
  /**
   * Returns the context of the open session.
   *
   * @returns The same object that the opening returned.
   * @throws {DagsterPipesError} `undefined_property` if there is not an open session.
   */
  get<E = Record<string, unknown>>(): PipesContext<E>;
  /** Whether a session is open. */
  isInitialized(): boolean;
}

/**
 * The context of the open session, for code that does not get it as an argument: as in Python,
 * `PipesContext.get()` returns it, and `PipesContext.isInitialized()` is whether there is one.
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
    const context = sharedSession()?.context;
    // The caller chooses the type of the extras, as with `JSON.parse`.
    if (context !== undefined) return context as PipesContext<E>;
    throw new DagsterPipesError(
      "undefined_property",
      "Cannot get the PipesContext: no session is open. Call it within the function of " +
        "withDagsterPipes, or after openDagsterPipes",
    );
  },
  isInitialized: () => sharedSession()?.context !== undefined,
};
