import { isRecord } from "../../json/kinds.ts";
import type { ValuePath } from "../../json/path.ts";
import {
  arrayOf,
  boolean,
  type Check,
  dictionaryOf,
  expecting,
  itemsOf,
  nullable,
  optional,
  string,
  unlessEmpty,
  withFields,
  withJustFields,
} from "./shapes.ts";

const CELL = expecting(
  "a string, a number, true, false or null: a table cell holds nothing else",
  (cell) => cell !== undefined && (typeof cell !== "object" || cell === null),
);

const COLUMNS = itemsOf(withFields({
  name: string,
  type: string,
  description: optional(nullable(string)),
  tags: optional(nullable(dictionaryOf(string))),
  constraints: optional(unlessEmpty(withJustFields({
    nullable: optional(boolean),
    unique: optional(boolean),
    other: optional(nullable(arrayOf(string))),
  }))),
}));

const ASSET_KEY = expecting(
  "a string or an array of strings",
  (key) =>
    typeof key === "string" ||
    Array.isArray(key) && key.every((part) => typeof part === "string"),
);

const DEPS = itemsOf(withJustFields({ asset_key: ASSET_KEY, column_name: string }));

/** `{"records": [...], "schema": [...]}` */
export const table: Check = withFields({ records: checkRecords, schema: COLUMNS });

/** `{"columns": [...]}` */
export const tableSchema: Check = withFields({ columns: COLUMNS });

/** `{"deps_by_column": {...}}` */
export const columnLineage: Check = withFields({
  deps_by_column: dictionaryOf((deps, path) => {
    DEPS(deps, path);
    checkDepsDiffer(deps, path);
  }),
});

function checkRecords(records: unknown, path: ValuePath): void {
  itemsOf(dictionaryOf(CELL))(records, path);
  if (!Array.isArray(records)) return;
  const fields = new Set(Object.keys(records[0] ?? {}));
  for (const [i, record] of records.entries()) {
    const keys = Object.keys(record);
    const odd = keys.find((key) => !fields.has(key)) ??
      [...fields].find((key) => !Object.hasOwn(record, key));
    if (odd === undefined) continue;
    path.inside(i, () =>
      path.refuse(
        `must have the same fields as the first record, and differs in ${JSON.stringify(odd)}`,
      ));
  }
}

/** A string is a key of one part here, whatever stands in it. */
function checkDepsDiffer(deps: unknown, path: ValuePath): void {
  if (!Array.isArray(deps)) return;
  const seen = new Set<string>();
  for (const [i, dep] of deps.entries()) {
    if (!isRecord(dep)) continue;
    const { asset_key: key, column_name: column } = dep;
    const text = JSON.stringify([typeof key === "string" ? [key] : key, column]);
    if (seen.has(text)) {
      path.inside(i, () =>
        path.refuse(
          "names the same column of the same asset as an earlier one, and Dagster takes each just once",
        ));
    }
    seen.add(text);
  }
}
