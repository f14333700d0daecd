import type { PipesMetadataType } from "../protocol/metadata/types.ts";
import type { PipesAssetCheckSeverity } from "../protocol/types.ts";

/**
 * A message, as it stands on the wire.
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedMessage } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes();
 * const [opened]: readonly RecordedMessage[] = t.messages;
 * assertEquals(opened, { method: "opened", params: { extras: {} } });
 * ```
 */
export interface RecordedMessage {
  /** What it is about, in the protocol's word. */
  readonly method: string;
  /** Its content, which depends on the method. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * A log message.
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedLog } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes();
 * t.log.debug("Counting");
 * const [log]: readonly RecordedLog[] = t.logs;
 * assertEquals(log, { level: "DEBUG", message: "Counting" });
 * ```
 */
export interface RecordedLog {
  /** The level, in Dagster's own word for it. */
  readonly level: "DEBUG" | "INFO" | "WARNING" | "ERROR" | "CRITICAL";
  /** The text. */
  readonly message: string;
}

/**
 * A value of metadata.
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedMetadataValue } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes({ assetKeys: ["orders"] });
 * t.reportAssetMaterialization({ metadata: { rows: 120 } });
 * const rows: RecordedMetadataValue | undefined = t.materialization("orders").metadata.rows;
 * assertEquals(rows, { type: "int", rawValue: 120 });
 * ```
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
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedMetadata } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes({ assetKeys: ["orders"] });
 * t.reportAssetMaterialization({ metadata: { source: new URL("https://example.com/") } });
 * const metadata: RecordedMetadata = t.materialization("orders").metadata;
 * assertEquals(metadata, { source: { type: "url", rawValue: "https://example.com/" } });
 * ```
 */
export type RecordedMetadata = Readonly<Record<string, RecordedMetadataValue>>;

/**
 * A materialization of an asset.
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedMaterialization } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes({ assetKeys: ["orders"] });
 * t.reportAssetMaterialization({ dataVersion: "v1" });
 * const report: RecordedMaterialization = t.materialization("orders");
 * assertEquals(report, { assetKey: "orders", dataVersion: "v1", metadata: {} });
 * ```
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
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedCheck } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes({ assetKeys: ["orders"], checks: ["not_empty"] });
 * t.reportAssetCheck({ checkName: "not_empty", passed: false });
 * const failed: readonly RecordedCheck[] = t.checks.filter(({ passed }) => !passed);
 * assertEquals(failed.map(({ severity }) => severity), ["ERROR"]);
 * ```
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
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedStream } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes();
 * t.logExternalStream("stderr", "psql: no rows\n");
 * const [sent]: readonly RecordedStream[] = t.externalStreams;
 * assertEquals(sent, { stream: "stderr", text: "psql: no rows\n" });
 * ```
 */
export interface RecordedStream {
  /** The stream. */
  readonly stream: "stdout" | "stderr";
  /** The text, with its line ends. */
  readonly text: string;
}

/**
 * An exception as Dagster is told of it.
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedException } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes();
 * await t.close(new RangeError("too many", { cause: new Error("a typo") }));
 * const exception: RecordedException | undefined = t.closed?.exception;
 * assertEquals([exception?.message, exception?.cause?.message], ["RangeError: too many", "a typo"]);
 * ```
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
 *
 * @example
 * ```ts
 * import { createTestPipes, type RecordedClose } from "@dagsterpipes/pipes/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const t = createTestPipes();
 * await t.close();
 * const closed: RecordedClose | undefined = t.closed;
 * assertEquals(closed, {}); // well: without an exception
 * ```
 */
export interface RecordedClose {
  /** What was thrown, where the session failed. */
  readonly exception?: RecordedException;
}

/**
 * A message, as Dagster takes it.
 *
 * @example
 * ```ts
 * import { type RecordedEvent, runPipesSession } from "@dagsterpipes/pipes/runner";
 * import { assertEquals } from "@std/assert";
 *
 * const isLog = ({ type }: RecordedEvent | { type: string }) => type === "log";
 * const { events } = await runPipesSession({ command: ["true"] });
 * assertEquals(events.filter(isLog), []);
 * ```
 */
export type RecordedEvent =
  | { readonly type: "opened" }
  | ({ readonly type: "log" } & RecordedLog)
  | ({ readonly type: "materialization" } & RecordedMaterialization)
  | ({ readonly type: "check" } & RecordedCheck)
  | { readonly type: "custom"; readonly payload: unknown }
  | ({ readonly type: "external" } & RecordedStream)
  | ({ readonly type: "closed" } & RecordedClose);
