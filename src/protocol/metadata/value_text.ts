import { kindOf } from "../../json/kinds.ts";
import type { ValuePath } from "../../json/path.ts";
import { stringText } from "../../json/string_text.ts";
import {
  dictionaryText,
  floatText,
  integerText,
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

const string = expecting(
  "a string",
  (value) => typeof value === "string" ? stringText(value) : undefined,
);

const RAW_TEXTS: Readonly<Record<Exclude<PipesMetadataType, "__infer__">, RawText>> = {
  text: string,
  url: expecting(
    "a string or a URL",
    (value) =>
      value instanceof URL
        ? stringText(value.href)
        : typeof value === "string"
        ? stringText(value)
        : undefined,
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
export const PIPES_METADATA_TYPES: readonly string[] = ["__infer__", ...Object.keys(RAW_TEXTS)];

/** The wire text of a report's metadata. */
export function metadataText(metadata: unknown): string {
  if (metadata === undefined || metadata === null) return "null";
  return readArgument("metadata", (path) => {
    if (isPlainObject(metadata)) return dictionaryText(metadata, path, valueText);
    return path.refuse(`must be an object of values by their labels, got ${kindOf(metadata)}`);
  }, STORED_VALUES);
}

function valueText(value: unknown, path: ValuePath): string {
  const { type, rawValue } = typedValue(value) ?? { type: "__infer__", rawValue: value };
  if (type === "__infer__") return inferredText(rawValue, path);
  if (!isMetadataType(type)) {
    return path.refuse(
      `has a type of metadata that Dagster does not know, ${kindOf(type)}: ${
        PIPES_METADATA_TYPES.join(", ")
      }`,
    );
  }
  return wireValue(RAW_TEXTS[type](rawValue, path, type), type);
}

function wireValue(rawText: string, type: PipesMetadataType): string {
  return `{"raw_value":${rawText},"type":"${type}"}`;
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

function isMetadataType(type: unknown): type is keyof typeof RAW_TEXTS {
  return typeof type === "string" && Object.hasOwn(RAW_TEXTS, type);
}

/** A value without a type: Dagster takes text, int, float, bool, null and JSON for what they are. */
function inferredText(value: unknown, path: ValuePath): string {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return wireValue(floatText(value), "float");
  }
  if (typeof value === "bigint") return wireValue(integerText(value, path), "int");
  if (value instanceof Date) return wireValue(timestampText(value, path, "timestamp"), "timestamp");
  if (value instanceof URL) return wireValue(stringText(value.href), "url");
  return wireValue(jsonText(value, path), "__infer__");
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
  const said = typeof value === "object" && value !== null ? throughToJSON(value, path) : value;
  const text = typeof said === "object" ? jsonText(value, path) : "";
  if (/^[[{n]/.test(text)) return text;
  return refuseType("an object, an array or null", said, path, type);
}

function timestampText(value: unknown, path: ValuePath, type: string): string {
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    path.refuse("is an invalid Date");
  }
  const seconds = value instanceof Date ? value.getTime() / 1000 : value;
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
