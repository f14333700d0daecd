import { kindOf } from "../../json/kinds.ts";
import { assetKeyParts } from "../asset_key.ts";
import {
  entriesText,
  floatText,
  integerText,
  jsonText,
  keysOf,
  numberText,
  throughToJSON,
} from "../../json/value_text.ts";
import type { PipesMetadataType } from "./types.ts";
import type { ValuePath } from "../../json/path.ts";
import { stringText } from "../../json/string_text.ts";
import { lineageText, tableSchemaText, tableText } from "./table_text.ts";

/** The types of metadata that Dagster knows. */
export const PIPES_METADATA_TYPES: readonly PipesMetadataType[] = [
  "__infer__",
  "text",
  "url",
  "path",
  "notebook",
  "json",
  "md",
  "float",
  "int",
  "bool",
  "dagster_run",
  "asset",
  "null",
  "table",
  "table_schema",
  "table_column_lineage",
  "timestamp",
];

/** The wire text of a report's metadata. */
export function metadataText(metadata: unknown, path: ValuePath): string {
  if (metadata === undefined || metadata === null) return "null";
  if (!isPlainObject(metadata)) {
    return path.refuse(`must be an object of values by their labels, got ${kindOf(metadata)}`);
  }
  return entriesText(keysOf(metadata, path), (label) => metadata[label], path, valueText);
}

function valueText(value: unknown, path: ValuePath): string {
  const typed = typedValue(value);
  if (typed === undefined) return wireValue(...inferred(value, path));
  const { type, rawValue } = typed;
  if (!isMetadataType(type)) {
    return path.refuse(
      `has a type of metadata that Dagster does not know, ${kindOf(type)}: ${
        PIPES_METADATA_TYPES.join(", ")
      }`,
    );
  }
  return type === "__infer__"
    ? wireValue(...inferred(rawValue, path))
    : wireValue(rawText(rawValue, type, path), type);
}

function wireValue(rawText: string, type: PipesMetadataType): string {
  return `{"raw_value":${rawText},"type":"${type}"}`;
}

/**
 * A plain object with exactly two keys, ours or Dagster's, is a value with its type; any other
 * object is raw JSON.
 */
function typedValue(
  value: unknown,
): { type: unknown; rawValue: unknown } | undefined {
  if (
    !isPlainObject(value) || !("type" in value) || Object.keys(value).length !== 2
  ) return undefined;
  if (Object.hasOwn(value, "rawValue")) {
    return { type: value.type, rawValue: value.rawValue };
  }
  if (Object.hasOwn(value, "raw_value")) {
    return { type: value.type, rawValue: value.raw_value };
  }
  return undefined;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has another `Object.prototype`, which has no prototype either.
  return prototype === null || Object.getPrototypeOf(prototype) === null && !Array.isArray(value);
}

function isMetadataType(type: unknown): type is PipesMetadataType {
  return PIPES_METADATA_TYPES.some((known) => known === type);
}

/** A raw value: Dagster takes text, int, float, bool, null and JSON for what they are. */
function inferred(value: unknown, path: ValuePath): [string, PipesMetadataType] {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return [floatText(value), "float"];
  }
  if (typeof value === "bigint") return [integerText(value, path), "int"];
  if (value instanceof Date) return [timestampText(value, path), "timestamp"];
  if (value instanceof URL) return [stringText(value.href), "url"];
  return [jsonText(value, path), "__infer__"];
}

function rawText(
  value: unknown,
  type: Exclude<PipesMetadataType, "__infer__">,
  path: ValuePath,
): string {
  switch (type) {
    case "text":
    case "path":
    case "notebook":
    case "md":
    case "dagster_run":
      return typeof value === "string" ? stringText(value) : wrong("a string", value, type, path);
    case "url":
      if (value instanceof URL) return stringText(value.href);
      return typeof value === "string"
        ? stringText(value)
        : wrong("a string or a URL", value, type, path);
    case "asset":
      return assetText(value, path);
    case "float":
      return typeof value === "number" ? floatText(value) : wrong("a number", value, type, path);
    case "int":
      if (typeof value === "bigint") return integerText(value, path);
      return Number.isInteger(value)
        ? BigInt(value as number).toString()
        : wrong("a whole number", value, type, path);
    case "bool":
      return typeof value === "boolean" ? String(value) : wrong("true or false", value, type, path);
    case "null":
      return value === null ? "null" : wrong("null", value, type, path);
    case "json":
      return jsonDocumentText(value, path);
    case "timestamp":
      return timestampText(value, path);
    case "table":
      return tableText(value, path);
    case "table_schema":
      return tableSchemaText(value, path);
    case "table_column_lineage":
      return lineageText(value, path);
  }
}

function wrong(expected: string, value: unknown, type: PipesMetadataType, path: ValuePath): never {
  return path.refuse(`metadata of type ${type} must be ${expected}, got ${kindOf(value)}`);
}

function jsonDocumentText(value: unknown, path: ValuePath): string {
  const said = typeof value === "object" && value !== null ? throughToJSON(value, path) : value;
  const text = typeof said === "object" ? jsonText(value, path) : "";
  return /^[[{n]/.test(text) ? text : wrong("an object, an array or null", said, "json", path);
}

function timestampText(value: unknown, path: ValuePath): string {
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    path.refuse("is an invalid Date");
  }
  const seconds = value instanceof Date ? value.getTime() / 1000 : value;
  return typeof seconds === "number" && Number.isFinite(seconds)
    ? numberText(seconds, path)
    : wrong("seconds since the start of 1970, or a Date", value, "timestamp", path);
}

/** Dagster splits this string at every `/`, and does not take a backslash for an escape. */
function assetText(value: unknown, path: ValuePath): string {
  if (typeof value !== "string") return wrong("a string", value, "asset", path);
  if (value.includes("\\/")) {
    path.refuse(`cannot name an asset with a "/" inside a part of its key, got ${kindOf(value)}`);
  }
  if (assetKeyParts(value).includes("")) {
    path.refuse(`must not have empty parts, got ${kindOf(value)}`);
  }
  return stringText(value);
}
