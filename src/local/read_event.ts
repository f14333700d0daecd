import { isRecord } from "../json/kinds.ts";
import type { PipesMethod } from "../protocol/framing.ts";
import { readException } from "./received/received_line.ts";
import { plain } from "./plain.ts";
import { readMetadata } from "./read_metadata.ts";
import type { RecordedEvent, RecordedLog } from "./recorded.ts";

/** Python's other names for levels, the numbers among them. */
const LEVELS: Readonly<Record<string, RecordedLog["level"]>> = {
  DEBUG: "DEBUG",
  10: "DEBUG",
  20: "INFO",
  WARNING: "WARNING",
  WARN: "WARNING",
  30: "WARNING",
  ERROR: "ERROR",
  40: "ERROR",
  CRITICAL: "CRITICAL",
  FATAL: "CRITICAL",
  50: "CRITICAL",
};

/** What Dagster makes of a message that its reader takes. */
export function readEvent(method: PipesMethod, params: Record<string, unknown>): RecordedEvent {
  const text = (key: string): string => String(params[key]);
  switch (method) {
    case "opened":
      return { type: "opened" };
    case "log":
      return {
        type: "log",
        level: LEVELS[text("level").toUpperCase()] ?? "INFO",
        message: text("message"),
      };
    case "report_asset_materialization":
      return {
        type: "materialization",
        assetKey: text("asset_key"),
        dataVersion: typeof params.data_version === "string" ? params.data_version : null,
        metadata: readMetadata(params.metadata),
      };
    case "report_asset_check":
      return {
        type: "check",
        assetKey: text("asset_key"),
        checkName: text("check_name"),
        passed: params.passed === true,
        severity: params.severity === "WARN" ? "WARN" : "ERROR",
        metadata: readMetadata(params.metadata),
      };
    case "report_custom_message":
      return { type: "custom", payload: plain(params.payload) };
    case "log_external_stream":
      return {
        type: "external",
        stream: params.stream === "stderr" ? "stderr" : "stdout",
        text: text("text"),
      };
    case "closed":
      return isRecord(params.exception)
        ? { type: "closed", exception: readException(params.exception) }
        : { type: "closed" };
  }
}
