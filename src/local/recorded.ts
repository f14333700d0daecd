import type { PipesMetadataType } from "../protocol/metadata/types.ts";
import type { PipesAssetCheckSeverity } from "../protocol/types.ts";

/** A message as it is on the wire. */
export interface RecordedMessage {
  /** What it is about, in the protocol's word. */
  readonly method: string;
  /** Its content, which depends on the method. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** A log message. */
export interface RecordedLog {
  /** The level, in Dagster's own word for it. */
  readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  /** The text. */
  readonly message: string;
}

/** A value of metadata. */
export interface RecordedMetadataValue {
  /** Its type; for a raw value, the type that Dagster infers. */
  readonly type: Exclude<PipesMetadataType, "__infer__">;
  /** The value, in the shape that Dagster reads; a `bigint` if a number could not hold it. */
  readonly rawValue: unknown;
}

/** The metadata of a report: values by their labels. */
export type RecordedMetadata = Readonly<Record<string, RecordedMetadataValue>>;

/** A materialization of an asset. */
export interface RecordedMaterialization {
  /** The asset's escaped key. */
  readonly assetKey: string;
  /** The version of the data, or null if Dagster computes one. */
  readonly dataVersion: string | null;
  /** Values by their labels. */
  readonly metadata: RecordedMetadata;
}

/** The result of a check of an asset. */
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

/** Text of a stream that was sent as a message. */
export interface RecordedStream {
  /** The stream. */
  readonly stream: "stdout" | "stderr";
  /** The text, with its line ends. */
  readonly text: string;
}

/** An exception as Dagster receives it. */
export interface RecordedException {
  /** The name of its class and its message. */
  readonly message: string;
  /** The lines of its stack, each with its line end. */
  readonly stack: readonly string[];
  /** The name of its class, if it has one. */
  readonly name: string | null;
  /** What caused it. */
  readonly cause: RecordedException | null;
  /** What was being handled when it was thrown. */
  readonly context: RecordedException | null;
}

/** The end of a session. */
export interface RecordedClose {
  /** What was thrown, if the session failed. */
  readonly exception?: RecordedException;
}

/** A message as Dagster takes it. */
export type RecordedEvent =
  | { readonly type: "opened" }
  | ({ readonly type: "log" } & RecordedLog)
  | ({ readonly type: "materialization" } & RecordedMaterialization)
  | ({ readonly type: "check" } & RecordedCheck)
  | { readonly type: "custom"; readonly payload: unknown }
  | ({ readonly type: "external" } & RecordedStream)
  | ({ readonly type: "closed" } & RecordedClose);

/**
 * What is wrong with a step, in a word.
 *
 * | code | Dagster | meaning |
 * | --- | --- | --- |
 * | `process_failed` | fails the step | the process ended with another code than 0, or by a signal |
 * | `unknown_asset` | fails the step | a report on an asset that the step does not have |
 * | `undeclared_check` | fails the step | the result of a check that the step does not declare |
 * | `reported_twice` | fails the step | two materializations of an asset, or results of a check |
 * | `missing_check` | fails the step | the result of a check that the step declares is missing |
 * | `no_messages` | warns | no session was opened |
 * | `not_closed` | warns | the session was not closed: messages may be missing |
 * | `closed_with_exception` | shows it | the session failed, and the process ended with exit code 0 |
 * | `after_closed` | warns | a message came after the session was closed |
 * | `unreadable_message` | shows it | a line that Dagster cannot read: what comes after it is lost |
 */
export type StepProblemCode =
  | "process_failed"
  | "unknown_asset"
  | "undeclared_check"
  | "reported_twice"
  | "missing_check"
  | "no_messages"
  | "not_closed"
  | "closed_with_exception"
  | "after_closed"
  | "unreadable_message";

/** Something that Dagster would warn of, or fail the step for. */
export interface StepProblem {
  /** `"failure"`: Dagster fails the step. `"warning"`: the step succeeds anyway. */
  readonly severity: "warning" | "failure";
  /** What is wrong, in a word. */
  readonly code: StepProblemCode;
  /** What happened. */
  readonly message: string;
}

/** Everything that a step reported, and what Dagster would make of it. */
export interface StepReports {
  /** Whether Dagster would report the step as succeeded. */
  readonly ok: boolean;
  /** The log messages. */
  readonly logs: readonly RecordedLog[];
  /** The materializations. */
  readonly materializations: readonly RecordedMaterialization[];
  /** The results of checks. */
  readonly checks: readonly RecordedCheck[];
  /** The payloads of custom messages. */
  readonly customMessages: readonly unknown[];
  /** How the session was closed; `undefined` if it was not. */
  readonly closed: RecordedClose | undefined;
  /** What Dagster would warn of, or fail the step for. */
  readonly problems: readonly StepProblem[];
}
