import { floatJson, isExact, stringJson } from "../../json/write_json.ts";
import { copyInteger, copyMap, copyNumber, copyValue } from "../../json/copy_value.ts";
import { isDate, isPlainObject, isUrl, kindOf } from "../../json/kinds.ts";
import { ValuePath } from "../../json/path.ts";
import { assetKeyParts } from "../asset_key.ts";
import type { PipesMetadataType } from "./types.ts";
import { wireLineage, wireTable, wireTableSchema } from "./wire_table.ts";

/** Copies a raw value as Dagster reads it. Returns `undefined` for a value of another type. */
type CopyRaw = (value: unknown, path: ValuePath) => unknown;

const TEXT: readonly [CopyRaw, string] = [copyText, "a string"];

/** For each type of metadata, how its values are copied, and what they must be. */
const RAW_COPIES: Readonly<Record<PipesMetadataType, readonly [CopyRaw, expected?: string]>> = {
  __infer__: [copyValue],
  text: TEXT,
  url: [(value) => copyText(isUrl(value) ? value.href : value), "a string or a URL"],
  path: TEXT,
  notebook: TEXT,
  json: [copyJson, "an object, an array, a string or null"],
  md: TEXT,
  float: [(value) => typeof value === "number" ? floatJson(value) : undefined, "a number"],
  int: [copyWholeNumber, "a whole number"],
  bool: [(value) => typeof value === "boolean" ? value : undefined, "true or false"],
  dagster_run: TEXT,
  asset: [copyAsset, "a string"],
  null: [(value) => value === null ? null : undefined, "null"],
  table: [wireTable],
  table_schema: [wireTableSchema],
  table_column_lineage: [wireLineage],
  timestamp: [copyTimestamp, "seconds since the start of 1970, or a Date"],
};

/** The types of metadata that Dagster has. */
export const PIPES_METADATA_TYPES: readonly string[] = Object.keys(RAW_COPIES);

/** The keys that mark Dagster's own objects in the JSON of its storage. */
const STORAGE_KEY = /^__(?:class|enum|set|frozenset|mapping_items)__$/;

/** Returns why a key cannot be in a value that Dagster's storage holds, unlike payloads and extras. */
export function storageKeyProblem(key: string): string | undefined {
  if (!STORAGE_KEY.test(key)) return undefined;
  return `must not have the key "${key}": Dagster's storage would mistake the object for one of its ` +
    "own, and then could not read the log of the run. Rename the key";
}

/** Copies the metadata of a report into the shape that Dagster reads. */
export function wireMetadata(metadata: unknown): Record<string, unknown> | null {
  if (metadata === undefined || metadata === null) return null;
  return new ValuePath("metadata", storageKeyProblem).reading((path) => {
    if (isPlainObject(metadata)) return copyMap(metadata, path, wireValue);
    return path.refuse(`must be an object of values by their labels, got ${kindOf(metadata)}`);
  });
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
  const [copyRaw, expected] = RAW_COPIES[type];
  const copy = copyRaw(rawValue, path);
  if (copy !== undefined) return { raw_value: copy, type };
  return path.refuse(`metadata of type ${type} must be ${expected}, got ${kindOf(rawValue)}`);
}

/**
 * A plain object with exactly two keys, in the names of this package or of Dagster, is a value with
 * its type. Any other object is raw JSON.
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

function copyText(value: unknown): unknown {
  return typeof value === "string" ? stringJson(value) : undefined;
}

function copyWholeNumber(value: unknown, path: ValuePath): unknown {
  if (typeof value === "bigint") return copyInteger(value, path);
  return Number.isInteger(value) ? copyInteger(BigInt(Number(value)), path) : undefined;
}

function copyJson(value: unknown, path: ValuePath): unknown {
  const copy = copyValue(value, path);
  // A number with its digits is a string here, but not one that the engine writes as it is.
  return typeof copy === "object" || typeof copy === "string" && isExact(copy) ? copy : undefined;
}

/** The first second of the year 10,000. Python's dates end before it. */
const YEAR_10000_SECONDS = 253402300800;

function copyTimestamp(value: unknown, path: ValuePath): unknown {
  if (isDate(value) && Number.isNaN(value.getTime())) path.refuse("is an invalid Date");
  const seconds = isDate(value) ? value.getTime() / 1000 : value;
  if (typeof seconds !== "number" || !Number.isFinite(seconds)) return undefined;
  if (seconds < YEAR_10000_SECONDS) return copyNumber(seconds, path);
  return path.refuse(
    `is after the year 9999, got ${kindOf(value)}: a timestamp is in seconds, and this one may ` +
      "be in milliseconds",
  );
}

/** Dagster splits this string at every `/`, even after a backslash. */
function copyAsset(value: unknown, path: ValuePath): unknown {
  if (typeof value !== "string") return undefined;
  if (value.includes("\\/")) {
    path.refuse(`cannot name an asset with a "/" inside a part of its key, got ${kindOf(value)}`);
  }
  if (assetKeyParts(value).includes("")) {
    path.refuse(`must not have empty parts, got ${kindOf(value)}`);
  }
  return stringJson(value);
}
