import { kindOf } from "../../json/kinds.ts";
import type { ValuePath } from "../../json/path.ts";
import { stringText } from "../../json/string_text.ts";
import {
  containerText,
  dictionaryText,
  floatText,
  integerText,
  isBoxed,
  jsonText,
  numberText,
  throughToJSON,
} from "../../json/value_text.ts";
import { readArgument, STORED_VALUES } from "../argument.ts";
import { assetKeyParts } from "../asset_key.ts";
import { lineageText, tableSchemaText, tableText } from "./table_text.ts";
import type { PipesMetadataType } from "./types.ts";

/** Makes the wire text of a raw value, and refuses what the type does not take. */
type RawText = (value: unknown, path: ValuePath, type: string) => string;

const textOfString = (value: unknown): string | undefined =>
  typeof value === "string" ? stringText(value) : undefined;
const string = expecting("a string", textOfString);

const RAW_TEXTS: Readonly<Record<PipesMetadataType, RawText>> = {
  __infer__: jsonText,
  text: string,
  url: expecting(
    "a string or a URL",
    (value) => textOfString(value instanceof URL ? value.href : value),
  ),
  path: string,
  notebook: string,
  json: jsonDocumentText,
  md: string,
  float: expecting("a number", (value) => typeof value === "number" ? floatText(value) : undefined),
  int: expecting("a whole number", (value, path) => {
    if (typeof value === "bigint") return integerText(value, path);
    return typeof value === "number" && Number.isInteger(value)
      ? BigInt(value).toString()
      : undefined;
  }),
  bool: expecting(
    "true or false",
    (value) => typeof value === "boolean" ? String(value) : undefined,
  ),
  dagster_run: string,
  asset: assetText,
  null: expecting("null", (value) => value === null ? "null" : undefined),
  table: tableText,
  table_schema: tableSchemaText,
  table_column_lineage: lineageText,
  timestamp: timestampText,
};

/** The types of metadata that Dagster knows. */
export const PIPES_METADATA_TYPES: readonly string[] = Object.keys(RAW_TEXTS);

/** The wire text of a report's metadata. */
export function metadataText(metadata: unknown): string {
  if (metadata === undefined || metadata === null) return "null";
  return readArgument("metadata", (path) => {
    if (isPlainObject(metadata)) return dictionaryText(metadata, path, valueText);
    return path.refuse(`must be an object of values by their labels, got ${kindOf(metadata)}`);
  }, STORED_VALUES);
}

function valueText(value: unknown, path: ValuePath): string {
  const { type: given, rawValue } = typedValue(value) ?? { type: "__infer__", rawValue: value };
  if (!isMetadataType(given)) {
    return path.refuse(
      `has a type that Dagster does not know, ${kindOf(given)}. It knows ${
        PIPES_METADATA_TYPES.join(", ")
      }`,
    );
  }
  const type = given === "__infer__" ? inferredType(rawValue) : given;
  return `{"raw_value":${RAW_TEXTS[type](rawValue, path, type)},"type":"${type}"}`;
}

/**
 * A plain object with exactly two keys, ours or Dagster's, is a value with its type; any other
 * object is raw JSON.
 */
function typedValue(value: unknown): { type: unknown; rawValue: unknown } | undefined {
  if (!isPlainObject(value) || !("type" in value) || Object.keys(value).length !== 2) {
    return undefined;
  }
  const key = ["rawValue", "raw_value"].find((key) => Object.hasOwn(value, key));
  return key === undefined ? undefined : { type: value.type, rawValue: value[key] };
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has another `Object.prototype`, which has no prototype either.
  return prototype === null || Object.getPrototypeOf(prototype) === null && !Array.isArray(value);
}

function isMetadataType(type: unknown): type is PipesMetadataType {
  return typeof type === "string" && Object.hasOwn(RAW_TEXTS, type);
}

/** Dagster itself takes text, int, float, bool, null and JSON for what they are. */
function inferredType(value: unknown): PipesMetadataType {
  if (typeof value === "number" && !Number.isFinite(value)) return "float";
  if (typeof value === "bigint") return "int";
  if (value instanceof Date) return "timestamp";
  return value instanceof URL ? "url" : "__infer__";
}

/** Refuses what `text` has no text for. */
function expecting(
  expected: string,
  text: (value: unknown, path: ValuePath) => string | undefined,
): RawText {
  return (value, path, type) => text(value, path) ?? refuseType(expected, value, path, type);
}

function refuseType(expected: string, value: unknown, path: ValuePath, type: string): never {
  return path.refuse(`metadata of type ${type} must be ${expected}, got ${kindOf(value)}`);
}

function jsonDocumentText(value: unknown, path: ValuePath, type: string): string {
  if (value === null) return "null";
  let said: unknown = value;
  if (typeof value === "object") {
    said = throughToJSON(value, path);
    if (said === null) return "null";
    if (typeof said === "object" && !isBoxed(said)) return containerText(said, value, path);
  }
  return refuseType("an object, an array or null", said, path, type);
}

/** The first second of the year 10,000, which Python has no date for. */
const AFTER_YEAR_9999 = 253402300800;

function timestampText(value: unknown, path: ValuePath, type: string): string {
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    path.refuse("is an invalid Date");
  }
  const seconds = value instanceof Date ? value.getTime() / 1000 : value;
  if (typeof seconds === "number" && seconds >= AFTER_YEAR_9999 && seconds < Infinity) {
    path.refuse(
      `is after the year 9999, got ${kindOf(value)}: a timestamp has seconds, and these may be ` +
        "milliseconds",
    );
  }
  return typeof seconds === "number" && Number.isFinite(seconds)
    ? numberText(seconds, path)
    : refuseType("seconds since the start of 1970, or a Date", value, path, type);
}

/** Dagster splits this string at every `/`, and does not take a backslash for an escape. */
function assetText(value: unknown, path: ValuePath, type: string): string {
  if (typeof value !== "string") return refuseType("a string", value, path, type);
  if (value.includes("\\/")) {
    path.refuse(`cannot name an asset with a "/" inside a part of its key, got ${kindOf(value)}`);
  }
  if (assetKeyParts(value).includes("")) {
    path.refuse(`must not have empty parts, got ${kindOf(value)}`);
  }
  return stringText(value);
}
