import { kindOf } from "../json/kinds.ts";
import { argumentText, head, refuse } from "./framing.ts";
import { jsonText } from "../json/value_text.ts";
import { metadataText } from "./metadata/value_text.ts";
import { readingValue, ValuePath } from "../json/path.ts";
import { stringText } from "../json/string_text.ts";
import type { PipesAssetCheckSeverity } from "./types.ts";

const MATERIALIZATION = head("report_asset_materialization");
const CHECK = head("report_asset_check");
const CUSTOM = head("report_custom_message");

/** A materialization of an asset. */
export function materializationLine(
  assetKey: string,
  dataVersion: unknown,
  metadata: unknown,
): string {
  const version = dataVersion === undefined || dataVersion === null
    ? "null"
    : argumentText(dataVersion, "dataVersion");
  return `${MATERIALIZATION}"asset_key":${
    stringText(assetKey)
  },"data_version":${version},"metadata":${
    readingValue(new ValuePath("metadata"), (path) => metadataText(metadata, path))
  }}}`;
}

/** The result of a check of an asset. */
export function checkLine(
  assetKey: string,
  checkName: string,
  passed: boolean,
  severity: PipesAssetCheckSeverity,
  metadata: unknown,
): string {
  const name = argumentText(checkName, "checkName");
  if (typeof passed !== "boolean") {
    refuse("passed", `must be true or false, got ${kindOf(passed)}`);
  }
  if (severity !== "WARN" && severity !== "ERROR") {
    refuse("severity", `must be "WARN" or "ERROR", got ${kindOf(severity)}`);
  }
  return `${CHECK}"asset_key":${
    stringText(assetKey)
  },"check_name":${name},"passed":${passed},"severity":"${severity}",` +
    `"metadata":${
      readingValue(new ValuePath("metadata"), (path) => metadataText(metadata, path))
    }}}`;
}

/** A message for the code that launched this process. */
export function customLine(payload: unknown): string {
  return `${CUSTOM}"payload":${
    readingValue(new ValuePath("payload"), (path) => jsonText(payload, path))
  }}}`;
}
