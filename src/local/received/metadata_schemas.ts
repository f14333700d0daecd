import * as v from "valibot";
import { isRecord } from "../../json/kinds.ts";
import { STORED_VALUES } from "../../protocol/argument.ts";
import type { PipesMetadataType } from "../../protocol/metadata/types.ts";
import type { RecordedMetadata, RecordedMetadataValue } from "../recorded.ts";
import { mustBe, objectWith, objectWithOnly, recordOf, TEXT, TRUE_OR_FALSE } from "../schemas.ts";
import { isFalsyInPython, MAX_RECEIVED_NESTING_LEVELS, plainValue } from "./python_values.ts";

const NO_ITEMS = v.pipe(v.unknown(), v.transform((): never[] => []));

/** An array, or what else Python's `for` takes and finds empty: an empty string or object. */
function itemsOf<T>(item: v.GenericSchema<unknown, T>): v.GenericSchema<unknown, T[]> {
  const array = v.array(item, mustBe("an array"));
  return v.lazy((value) =>
    value === "" || isRecord(value) && isFalsyInPython(value) ? NO_ITEMS : array
  );
}

const CELL = v.custom(
  (cell) => typeof cell !== "object" || cell === null,
  mustBe("a string, a number, true, false or null: a table cell holds nothing else"),
);

const RECORDS = v.pipe(
  itemsOf(recordOf(CELL)),
  v.rawCheck(({ dataset: { value: records, typed }, addIssue }) => {
    if (!typed) return;
    const fields = new Set(Object.keys(records[0] ?? {}));
    for (const [index, record] of records.entries()) {
      const odd = [...fields.symmetricDifference(new Set(Object.keys(record)))][0];
      if (odd === undefined) continue;
      return addIssue({
        message:
          `must have the same fields as the first record, and differs in ${JSON.stringify(odd)}`,
        path: [pathToItem(records, index)],
      });
    }
  }),
);

const CONSTRAINTS = objectWithOnly({
  nullable: v.optional(TRUE_OR_FALSE),
  unique: v.optional(TRUE_OR_FALSE),
  other: v.optional(v.nullable(v.array(TEXT, mustBe("an array")))),
});

const COLUMNS = itemsOf(objectWith({
  name: TEXT,
  type: TEXT,
  description: v.optional(v.nullable(TEXT)),
  tags: v.optional(v.nullable(recordOf(TEXT))),
  constraints: v.optional(v.lazy((value) => isFalsyInPython(value) ? v.unknown() : CONSTRAINTS)),
}));

const DEPS = v.pipe(
  itemsOf(objectWithOnly({
    asset_key: v.union([v.string(), v.array(v.string())], mustBe("a string or an array of strings")),
    column_name: TEXT,
  })),
  v.rawCheck(({ dataset: { value: deps, typed }, addIssue }) => {
    if (!typed) return;
    const seen = new Set<string>();
    for (const [index, { asset_key: key, column_name: column }] of deps.entries()) {
      // A string is a key of one part here, even if it has a slash.
      const dep = JSON.stringify([typeof key === "string" ? [key] : key, column]);
      if (seen.has(dep)) {
        return addIssue({
          message: "names the same column of the same asset as an earlier one, and Dagster takes " +
            "each just once",
          path: [pathToItem(deps, index)],
        });
      }
      seen.add(dep);
    }
  }),
);

function pathToItem(input: unknown[], key: number): v.IssuePathItem {
  return { type: "array", origin: "value", input, key, value: input[key] };
}

const TEXT_OR_NULL = v.nullable(TEXT);

/** To Python, true is an integer too. */
const INTEGER = v.union(
  [v.bigint(), v.boolean()],
  mustBe("an integer, written without a point or exponent"),
);

/** What Dagster's reader takes as the raw value of each type. */
const RAW_VALUES: Readonly<Record<PipesMetadataType, v.GenericSchema>> = {
  __infer__: v.unknown(),
  text: TEXT_OR_NULL,
  url: TEXT_OR_NULL,
  path: TEXT_OR_NULL,
  notebook: TEXT_OR_NULL,
  // To Python, a string is a sequence.
  json: v.custom(
    (raw) => typeof raw === "object" || typeof raw === "string",
    mustBe("an object, an array, a string or null"),
  ),
  md: TEXT_OR_NULL,
  // Python reads NaN, which is not a number to valibot.
  float: v.custom(
    (raw) => raw === null || typeof raw === "number",
    mustBe("a float, written with a point or exponent"),
  ),
  int: v.nullable(INTEGER),
  bool: v.nullable(TRUE_OR_FALSE),
  dagster_run: TEXT,
  asset: TEXT,
  null: v.unknown(),
  // A larger integer ends the reader, and no page shows a run with the others in it.
  timestamp: v.custom(
    (raw) => !(typeof raw === "string" || typeof raw === "object") && Number.isFinite(Number(raw)),
    mustBe("a number of seconds that is a finite float"),
  ),
  table: objectWith({ records: RECORDS, schema: COLUMNS }),
  table_schema: objectWith({ columns: COLUMNS }),
  table_column_lineage: objectWith({ deps_by_column: recordOf(DEPS) }),
};

const TYPES = Object.keys(RAW_VALUES);

const METADATA_VALUE: v.GenericSchema<unknown, RecordedMetadataValue> = v.pipe(
  v.custom(isRecord, mustBe(`an object with "raw_value" and "type"`)),
  objectWith({
    type: v.custom<PipesMetadataType>(
      (type) => typeof type === "string" && TYPES.includes(type),
      mustBe(`one of ${TYPES.join(", ")}`),
    ),
    raw_value: v.unknown(),
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { type, raw_value: value } = dataset.value;
    const path: [v.IssuePathItem] = [
      { type: "object", origin: "value", input: { ...dataset.value }, key: "raw_value", value },
    ];
    const { issues: [issue] = [] } = v.safeParse(RAW_VALUES[type], value, { abortEarly: true });
    const problem = issue?.message ?? storageProblem(value, MAX_RECEIVED_NESTING_LEVELS);
    if (problem !== undefined) {
      addIssue({ message: problem, path: [...path, ...issue?.path ?? []] });
    }
  }),
  v.transform(({ type, raw_value: raw }) => ({
    type: type === "__infer__" ? typeInferredByDagster(raw) : type,
    rawValue: plainValue(raw),
  })),
);

/** The metadata of a report. */
export const METADATA: v.GenericSchema<unknown, RecordedMetadata> = v.pipe(
  v.nullable(recordOf(METADATA_VALUE)),
  v.transform((metadata) => metadata ?? {}),
);

/** Describes what Dagster's storage could not take, or not give back. */
function storageProblem(value: unknown, levelsLeft: number): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (levelsLeft === 0) {
    return `is nested deeper than ${MAX_RECEIVED_NESTING_LEVELS} levels, which Dagster could not store`;
  }
  for (const [key, entry] of Object.entries(value)) {
    const problem = (Array.isArray(value) ? undefined : STORED_VALUES.keyProblem?.(key)) ??
      storageProblem(entry, levelsLeft - 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Python distinguishes `3` from `3.0`. */
function typeInferredByDagster(raw: unknown): RecordedMetadataValue["type"] {
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
