import { floatJson, isNumberJson, stringJson } from "../../json/ascii_json.ts";
import { copyMap } from "../../json/copy_fields.ts";
import { copyInteger, copyNumber, copyValue } from "../../json/copy_value.ts";
import { isDate, isPlainObject, isUrl, kindOf } from "../../json/kinds.ts";
import type { ValuePath } from "../../json/path.ts";
import { readArgument, STORED_VALUES } from "../argument.ts";
import { assetKeyParts } from "../asset_key.ts";
import type { PipesMetadataType } from "./types.ts";
import { wireLineage, wireTable, wireTableSchema } from "./wire_table.ts";

/** Copies a raw value as Dagster reads it, and refuses a value that its type does not take. */
type CopyRaw = (value: unknown, path: ValuePath, type: string) => unknown;

const copyText = expecting("a string", ownString);

const RAW_COPIES: Readonly<Record<PipesMetadataType, CopyRaw>> = {
  __infer__: copyValue,
  text: copyText,
  url: expecting("a string or a URL", (value) => ownString(isUrl(value) ? value.href : value)),
  path: copyText,
  notebook: copyText,
  json: copyJson,
  md: copyText,
  float: expecting("a number", (value) => typeof value === "number" ? floatJson(value) : undefined),
  int: expecting("a whole number", (value, path) => {
    if (typeof value === "bigint") return copyInteger(value, path);
    return Number.isInteger(value) ? copyInteger(BigInt(Number(value)), path) : undefined;
  }),
  bool: expecting("true or false", (value) => typeof value === "boolean" ? value : undefined),
  dagster_run: copyText,
  asset: copyAsset,
  null: expecting("null", (value) => value === null ? null : undefined),
  table: wireTable,
  table_schema: wireTableSchema,
  table_column_lineage: wireLineage,
  timestamp: copyTimestamp,
};

/** The types of metadata that Dagster has. */
export const PIPES_METADATA_TYPES: readonly string[] = Object.keys(RAW_COPIES);

/** Copies the metadata of a report into the shape that Dagster reads. */
export function wireMetadata(metadata: unknown): Record<string, unknown> | null {
  if (metadata === undefined || metadata === null) return null;
  return readArgument("metadata", (path) => {
    if (isPlainObject(metadata)) return copyMap(metadata, path, wireValue);
    return path.refuse(`must be an object of values by their labels, got ${kindOf(metadata)}`);
  }, STORED_VALUES);
}

function wireValue(value: unknown, path: ValuePath): unknown {
  const { type: given, rawValue } = typedValueOf(value) ?? { type: "__infer__", rawValue: value };
  if (!isMetadataType(given)) {
    return path.refuse(
      `has a type that Dagster does not have, ${kindOf(given)}. Its types are ${
        PIPES_METADATA_TYPES.join(", ")
      }`,
    );
  }
  const type = given === "__infer__" ? typeOfRawValue(rawValue) : given;
  return { raw_value: RAW_COPIES[type](rawValue, path, type), type };
}

/**
 * A plain object with exactly two keys, ours or Dagster's, is a value with its type. Any other
 * object is raw JSON.
 */
function typedValueOf(value: unknown): { type: unknown; rawValue: unknown } | undefined {
  if (!isPlainObject(value) || !("type" in value) || Object.keys(value).length !== 2) {
    return undefined;
  }
  const key = ["rawValue", "raw_value"].find((key) => Object.hasOwn(value, key));
  return key === undefined ? undefined : { type: value.type, rawValue: value[key] };
}

function isMetadataType(type: unknown): type is PipesMetadataType {
  return typeof type === "string" && Object.hasOwn(RAW_COPIES, type);
}

/** Dagster itself infers text, int, float, bool, null and JSON. */
function typeOfRawValue(value: unknown): PipesMetadataType {
  if (typeof value === "number" && !Number.isFinite(value)) return "float";
  if (typeof value === "bigint") return "int";
  if (isDate(value)) return "timestamp";
  return isUrl(value) ? "url" : "__infer__";
}

/** Refuses a value if there is no copy of it. */
function expecting(
  expected: string,
  copy: (value: unknown, path: ValuePath) => unknown,
): CopyRaw {
  return (value, path, type) => {
    const raw = copy(value, path);
    return raw === undefined ? refuseType(expected, value, path, type) : raw;
  };
}

function ownString(value: unknown): unknown {
  return typeof value === "string" ? stringJson(value) : undefined;
}

function refuseType(expected: string, value: unknown, path: ValuePath, type: string): never {
  return path.refuse(`metadata of type ${type} must be ${expected}, got ${kindOf(value)}`);
}

function copyJson(value: unknown, path: ValuePath, type: string): unknown {
  const copy = copyValue(value, path);
  if (!isNumberJson(copy) && typeof copy !== "boolean") return copy;
  return refuseType("an object, an array, a string or null", value, path, type);
}

/** The first second of the year 10,000, which Python has no date for. */
const YEAR_10000_SECONDS = 253402300800;

function copyTimestamp(value: unknown, path: ValuePath, type: string): unknown {
  if (isDate(value) && Number.isNaN(value.getTime())) path.refuse("is an invalid Date");
  const seconds = isDate(value) ? value.getTime() / 1000 : value;
  if (typeof seconds !== "number" || !Number.isFinite(seconds)) {
    return refuseType("seconds since the start of 1970, or a Date", value, path, type);
  }
  if (seconds >= YEAR_10000_SECONDS) {
    path.refuse(
      `is after the year 9999, got ${kindOf(value)}: a timestamp is in seconds, and this one may ` +
        "be in milliseconds",
    );
  }
  return copyNumber(seconds, path);
}

/** Dagster splits this string at every `/`, and does not take a backslash for an escape. */
function copyAsset(value: unknown, path: ValuePath, type: string): unknown {
  if (typeof value !== "string") return refuseType("a string", value, path, type);
  if (value.includes("\\/")) {
    path.refuse(`cannot name an asset with a "/" inside a part of its key, got ${kindOf(value)}`);
  }
  if (assetKeyParts(value).includes("")) {
    path.refuse(`must not have empty parts, got ${kindOf(value)}`);
  }
  return stringJson(value);
}
