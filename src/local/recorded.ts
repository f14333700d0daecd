import type { PipesMetadataType } from "../protocol/metadata/types.ts";
import type { PipesAssetCheckSeverity } from "../protocol/types.ts";

/**
 * A message, as it stands on the wire.
 */
export interface RecordedMessage {
  /** What it is about, in the protocol's word. */
  readonly method: string;
  /** Its content, which depends on the method. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * A log message.
 */
export interface RecordedLog {
  /** The level, in Dagster's own word for it. */
  readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  /** The text. */
  readonly message: string;
}

/**
 * A value of metadata.
 */
export interface RecordedMetadataValue {
  /** Its type; of a raw value the one that Dagster gives it. */
  readonly type: Exclude<PipesMetadataType, "__infer__">;
  /**
   * The value, in the shape that Dagster reads; a `bigint` where a number could not hold it.
   */
  readonly rawValue: unknown;
}

/**
 * The metadata of a report: values by their labels.
 */
export type RecordedMetadata = Readonly<Record<string, RecordedMetadataValue>>;

/**
 * A materialization of an asset.
 */
export interface RecordedMaterialization {
  /** The asset's escaped key. */
  readonly assetKey: string;
  /** The version of the data, or null where Dagster is to compute one. */
  readonly dataVersion: string | null;
  /** Values by their labels. */
  readonly metadata: RecordedMetadata;
}

/**
 * The result of a check of an asset.
 */
export interface RecordedCheck {
  /** The asset's escaped key. */
  readonly assetKey: string;
  /** The check's name. */
  readonly checkName: string;
  /** Whether the asset passed. */
  readonly passed: boolean;
  /** How severe a failure is. */
  readonly severity: PipesAssetCheckSeverity;
  /** Values by their labels. */
  readonly metadata: RecordedMetadata;
}

/**
 * Text of a stream that was sent as a message.
 */
export interface RecordedStream {
  /** The stream. */
  readonly stream: "stdout" | "stderr";
  /** The text, with its line ends. */
  readonly text: string;
}

/**
 * An exception as Dagster is told of it.
 */
export interface RecordedException {
  /** The name of its class and its message. */
  readonly message: string;
  /** The lines of its stack, each with its line end. */
  readonly stack: readonly string[];
  /** The name of its class, where it has one. */
  readonly name: string | null;
  /** What it was caused by. */
  readonly cause: RecordedException | null;
  /** What was there besides. */
  readonly context: RecordedException | null;
}

/**
 * The end of a session.
 */
export interface RecordedClose {
  /** What was thrown, where the session failed. */
  readonly exception?: RecordedException;
}

/**
 * A message, as Dagster takes it.
 */
export type RecordedEvent =
  | { readonly type: "opened" }
  | ({ readonly type: "log" } & RecordedLog)
  | ({ readonly type: "materialization" } & RecordedMaterialization)
  | ({ readonly type: "check" } & RecordedCheck)
  | { readonly type: "custom"; readonly payload: unknown }
  | ({ readonly type: "external" } & RecordedStream)
  | ({ readonly type: "closed" } & RecordedClose);
