import * as v from "valibot";
import { isRecord } from "../../json/kinds.ts";
import type { PipesMetadataType } from "../../protocol/metadata/types.ts";
import { storageKeyProblem } from "../../protocol/metadata/wire_metadata.ts";
import { objectWith, objectWithOnly, recordOf } from "../../schemas.ts";
import type { RecordedMetadata, RecordedMetadataValue } from "../recorded.ts";
import {
  MAX_RECEIVED_NESTING_LEVELS,
  NESTED_TOO_DEEP,
  plainValue,
  unlessFalsy,
} from "./python_values.ts";

/** An array, or an empty string or object, which Python's `for` takes too. */
function arrayOf<T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T[]> {
  return v.pipe(
    v.unknown(),
    v.transform((value) =>
      value === "" || isRecord(value) && Object.keys(value).length === 0 ? [] : value
    ),
    v.array(item),
  );
}

const CELL_SCHEMA = v.custom(
  (cell) => typeof cell !== "object" || cell === null,
  "must be a string, a number, true, false or null: a table cell holds nothing else",
);

const RECORDS_SCHEMA = v.pipe(
  arrayOf(recordOf(CELL_SCHEMA)),
  v.checkItems(
    (record, _, [first = {}]) => {
      const fields = Object.keys(record);
      return fields.length === Object.keys(first).length &&
        fields.every((field) => Object.hasOwn(first, field));
    },
    "must have the same fields as the first record",
  ),
);

const CONSTRAINTS_SCHEMA = objectWithOnly({
  nullable: v.optional(v.boolean()),
  unique: v.optional(v.boolean()),
  other: v.optional(v.nullable(v.array(v.string()))),
});

const COLUMNS_SCHEMA = arrayOf(objectWith({
  name: v.string(),
  type: v.string(),
  description: v.optional(v.nullable(v.string())),
  tags: v.optional(v.nullable(recordOf(v.string()))),
  constraints: v.optional(unlessFalsy(() => CONSTRAINTS_SCHEMA)),
}));

const DEP_SCHEMA = objectWithOnly({
  asset_key: v.union([v.string(), v.array(v.string())], "must be a string or an array of strings"),
  column_name: v.string(),
});

const DEPS_SCHEMA = v.pipe(
  arrayOf(DEP_SCHEMA),
  v.check(
    // A string is a key of one part here, even if it has a slash.
    (deps) =>
      new Set(deps.map((dep) => JSON.stringify([[dep.asset_key].flat(), dep.column_name]))).size ===
        deps.length,
    "must not name the same column of the same asset twice",
  ),
);

const STRING_OR_NULL_SCHEMA = v.nullable(v.string());

/** In Python, true is an integer too. */
const INTEGER_SCHEMA = v.union(
  [v.bigint(), v.boolean()],
  "must be an integer, written without a point or exponent",
);

/** The raw values that Dagster's reader takes for each type. */
const RAW_VALUE_SCHEMAS: Readonly<Record<PipesMetadataType, v.GenericSchema>> = {
  __infer__: v.unknown(),
  text: STRING_OR_NULL_SCHEMA,
  url: STRING_OR_NULL_SCHEMA,
  path: STRING_OR_NULL_SCHEMA,
  notebook: STRING_OR_NULL_SCHEMA,
  // In Python, a string is a sequence.
  json: v.custom(
    (raw) => typeof raw === "object" || typeof raw === "string",
    "must be an object, an array, a string or null",
  ),
  md: STRING_OR_NULL_SCHEMA,
  // Python reads NaN, which is not a number to valibot.
  float: v.custom(
    (raw) => raw === null || typeof raw === "number",
    "must be a float, written with a point or exponent",
  ),
  int: v.nullable(INTEGER_SCHEMA),
  bool: v.nullable(v.boolean()),
  dagster_run: v.string(),
  asset: v.string(),
  null: v.unknown(),
  // A larger integer ends the reader. The others break the page of the run.
  timestamp: v.custom(
    (raw) => !(typeof raw === "string" || typeof raw === "object") && Number.isFinite(Number(raw)),
    "must be a number of seconds that is a finite float",
  ),
  table: objectWith({ records: RECORDS_SCHEMA, schema: COLUMNS_SCHEMA }),
  table_schema: objectWith({ columns: COLUMNS_SCHEMA }),
  table_column_lineage: objectWith({ deps_by_column: recordOf(DEPS_SCHEMA) }),
};

function isReceivedType(type: unknown): type is PipesMetadataType {
  return typeof type === "string" && Object.hasOwn(RAW_VALUE_SCHEMAS, type);
}

const TYPE_SCHEMA = v.custom<PipesMetadataType>(
  isReceivedType,
  `must be one of ${Object.keys(RAW_VALUE_SCHEMAS).join(", ")}`,
);

const STORABLE_SCHEMA = v.custom<unknown>(
  (value) => storageProblem(value) === undefined,
  ({ input }) => storageProblem(input) ?? "",
);

const METADATA_VALUE_SCHEMA = v.lazy((value): v.GenericSchema<unknown, RecordedMetadataValue> => {
  const { type, raw_value: raw } = isRecord(value) ? value : {};
  const rawSchema = isReceivedType(type) ? RAW_VALUE_SCHEMAS[type] : v.unknown();
  return v.pipe(
    objectWith({ type: TYPE_SCHEMA, raw_value: v.pipe(STORABLE_SCHEMA, rawSchema) }),
    v.transform(({ type }) => ({
      type: type === "__infer__" ? typeInferredByDagster(raw) : type,
      rawValue: plainValue(raw),
    })),
  );
});

export const METADATA_SCHEMA: v.GenericSchema<unknown, RecordedMetadata> = v.pipe(
  v.nullable(recordOf(METADATA_VALUE_SCHEMA)),
  v.transform((metadata) => metadata ?? {}),
);

/** Describes why Dagster's storage could not store a value, or could not read it back. */
function storageProblem(
  value: unknown,
  levelsLeft: number = MAX_RECEIVED_NESTING_LEVELS,
): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (levelsLeft === 0) return NESTED_TOO_DEEP;
  for (const [key, entry] of Object.entries(value)) {
    const problem = (Array.isArray(value) ? undefined : storageKeyProblem(key)) ??
      storageProblem(entry, levelsLeft - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Python distinguishes `3` from `3.0`. */
const INFERRED_TYPES: Partial<Record<string, RecordedMetadataValue["type"]>> = {
  string: "text",
  boolean: "bool",
  bigint: "int",
  number: "float",
};

function typeInferredByDagster(raw: unknown): RecordedMetadataValue["type"] {
  return raw === null ? "null" : INFERRED_TYPES[typeof raw] ?? "json";
}
