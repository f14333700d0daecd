import { stringJson } from "../json/ascii_json.ts";
import { copyValue } from "../json/copy_value.ts";
import { kindOf } from "../json/kinds.ts";
import { copyRecordArgument, readArgument } from "./argument.ts";
import { messageLine, refuseArgument, stringArgument } from "./messages.ts";
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
  const check_name = stringArgument(checkName, "checkName");
  if (typeof passed !== "boolean") {
    refuseArgument("passed", `must be true or false, got ${kindOf(passed)}`);
  }
  if (severity !== "WARN" && severity !== "ERROR") {
    refuseArgument("severity", `must be "WARN" or "ERROR", got ${kindOf(severity)}`);
  }
  return messageLine("report_asset_check", {
    asset_key: stringJson(assetKey),
    check_name,
    passed,
    severity,
    metadata: wireMetadata(metadata),
  });
}

/** A message for the code that launched this process. */
export function customLine(payload: unknown): string {
  return messageLine("report_custom_message", {
    payload: readArgument("payload", (path) => copyValue(payload, path)),
  });
}

/** A piece of output: of this process, or of another one that this process reports for. */
export function streamLine(
  stream: "stdout" | "stderr",
  text: string,
  extras: object = {},
): string {
  if (stream !== "stdout" && stream !== "stderr") {
    refuseArgument("stream", `must be "stdout" or "stderr", got ${kindOf(stream)}`);
  }
  return messageLine("log_external_stream", {
    stream,
    text: stringArgument(text, "text"),
    extras: copyExtras(extras),
  });
}

/** Copies the extras of a message. */
export function copyExtras(extras: unknown): Record<string, unknown> {
  return copyRecordArgument(extras, "extras");
}

/** The last message of a session, with an exception if it failed. */
export function closedLine(exception?: WireException): string {
  if (exception === undefined) return messageLine("closed", {});
  const copy = readArgument("exception", (path) => copyValue(exception, path));
  return messageLine("closed", { exception: copy });
}
