import { stringJson } from "../json/write_json.ts";
import { copyBoolean, copyMap, copyValue } from "../json/copy_value.ts";
import { kindOf } from "../json/kinds.ts";
import { ValuePath } from "../json/path.ts";
import { messageLine, stringArgument } from "./messages.ts";
import { wireMetadata } from "./metadata/wire_metadata.ts";
import type { PipesAssetCheckSeverity, WireException } from "./types.ts";

/** A materialization of an asset. */
export function materializationLine(
  assetKey: string,
  dataVersion: unknown,
  metadata: unknown,
): string {
  return messageLine("report_asset_materialization", {
    asset_key: stringJson(assetKey),
    data_version: dataVersion === undefined || dataVersion === null
      ? null
      : stringArgument(dataVersion, "dataVersion"),
    metadata: wireMetadata(metadata),
  });
}

/** The result of a check of an asset. */
export function checkLine(
  assetKey: string,
  checkName: string,
  passed: boolean,
  severity: PipesAssetCheckSeverity,
  metadata: unknown,
): string {
  return messageLine("report_asset_check", {
    asset_key: stringJson(assetKey),
    check_name: stringArgument(checkName, "checkName"),
    passed: copyBoolean(passed, new ValuePath("passed")),
    severity: eitherArgument(severity, "severity", "WARN", "ERROR"),
    metadata: wireMetadata(metadata),
  });
}

/** A message for the code that launched this process. */
export function customLine(payload: unknown): string {
  return messageLine("report_custom_message", {
    payload: new ValuePath("payload").reading((path) => copyValue(payload, path)),
  });
}

/** A piece of output: of this process, or of another one that this process reports for. */
export function streamLine(
  stream: "stdout" | "stderr",
  text: string,
  extras: object = {},
): string {
  return messageLine("log_external_stream", {
    stream: eitherArgument(stream, "stream", "stdout", "stderr"),
    text: stringArgument(text, "text"),
    extras: copyExtras(extras),
  });
}

function eitherArgument(value: string, name: string, first: string, second: string): string {
  if (value === first || value === second) return value;
  return new ValuePath(name).refuse(`must be "${first}" or "${second}", got ${kindOf(value)}`);
}

/** Copies the extras of a message. */
export function copyExtras(extras: unknown): Record<string, unknown> {
  return copyRecordArgument(extras, "extras");
}

/** Copies an argument that must be an object. */
export function copyRecordArgument(value: unknown, name: string): Record<string, unknown> {
  return new ValuePath(name).reading((path) => copyMap(value, path, copyValue));
}

/** The last message of a session, with an exception if it failed. */
export function closedLine(exception?: WireException): string {
  if (exception === undefined) return messageLine("closed", {});
  return messageLine("closed", { exception: copyRecordArgument(exception, "exception") });
}
