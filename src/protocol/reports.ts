import { kindOf } from "../json/kinds.ts";
import { stringText } from "../json/string_text.ts";
import { jsonText } from "../json/value_text.ts";
import { readArgument } from "./argument.ts";
import { messageLine, refuseArgument, stringArgumentText } from "./framing.ts";
import { metadataText } from "./metadata/value_text.ts";
import type { PipesAssetCheckSeverity } from "./types.ts";

/** A materialization of an asset. */
export function materializationLine(
  assetKey: string,
  dataVersion: unknown,
  metadata: unknown,
): string {
  return messageLine("report_asset_materialization", {
    asset_key: stringText(assetKey),
    data_version: dataVersion === undefined || dataVersion === null
      ? "null"
      : stringArgumentText(dataVersion, "dataVersion"),
    metadata: metadataText(metadata),
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
  const name = stringArgumentText(checkName, "checkName");
  if (typeof passed !== "boolean") {
    refuseArgument("passed", `must be true or false, got ${kindOf(passed)}`);
  }
  if (severity !== "WARN" && severity !== "ERROR") {
    refuseArgument("severity", `must be "WARN" or "ERROR", got ${kindOf(severity)}`);
  }
  return messageLine("report_asset_check", {
    asset_key: stringText(assetKey),
    check_name: name,
    passed: String(passed),
    severity: `"${severity}"`,
    metadata: metadataText(metadata),
  });
}

/** A message for the code that launched this process. */
export function customLine(payload: unknown): string {
  return messageLine("report_custom_message", {
    payload: readArgument("payload", (path) => jsonText(payload, path)),
  });
}
