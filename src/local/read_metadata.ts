import { isRecord } from "../json/kinds.ts";
import { plain } from "./plain.ts";
import type { RecordedMetadata, RecordedMetadataValue } from "./recorded.ts";

/** The metadata of a message, each value with the type that Dagster gives it. */
export function readMetadata(metadata: unknown): RecordedMetadata {
  if (!isRecord(metadata)) return {};
  const entries = Object.entries(metadata).map(([label, value]) => {
    const { type, raw_value: raw } = isRecord(value) ? value : {};
    return [label, { type: type === "__infer__" ? inferredType(raw) : type, rawValue: plain(raw) }];
  });
  return Object.fromEntries(entries);
}

/** Dagster tells `3` and `3.0` apart. */
function inferredType(raw: unknown): RecordedMetadataValue["type"] {
  switch (typeof raw) {
    case "string":
      return "text";
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "float";
    default:
      return raw === null ? "null" : "json";
  }
}
