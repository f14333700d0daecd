import { asciiJson, floatJson, isExact, stringJson } from "../../json/write_json.ts";
import {
  copyBoolean,
  type CopyEntry,
  copyFields,
  copyList,
  copyMap,
  copyString,
  copyValue,
  followToJSON,
  ownFields,
  requireDictionary,
  withWellFormedKeys,
} from "../../json/copy_value.ts";
import { isDictionary, kindOf } from "../../json/kinds.ts";
import type { ValuePath } from "../../json/path.ts";
import { setField } from "../../json/read_json.ts";
import { assetKeyParts, requireAssetKey } from "../asset_key.ts";

const CONSTRAINTS: Readonly<Record<string, CopyEntry>> = {
  nullable: ifPresent(copyBoolean),
  unique: ifPresent(copyBoolean),
  other: ifPresent((other, path) => copyList(other, path, copyString)),
};

const COLUMN: Readonly<Record<string, CopyEntry>> = {
  name: copyString,
  type: (type, path) => copyString(type ?? "string", path),
  description: ifNotNull(copyString),
  tags: ifNotNull((tags, path) => copyMap(tags, path, copyString)),
  constraints: ifNotNull((value, path) => copyFields(value, path, CONSTRAINTS)),
};

const COLUMN_DEP: Readonly<Record<string, CopyEntry>> = {
  asset_key: (key, path) => assetKeyParts(requireAssetKey(key, path)).map(stringJson),
  column_name: copyString,
};

function ifPresent(copy: CopyEntry): CopyEntry {
  return (value, path) => value === undefined ? undefined : copy(value, path);
}

function ifNotNull(copy: CopyEntry): CopyEntry {
  return (value, path) => ifPresent(copy)(value ?? undefined, path);
}

/** For each column by its name, whether its cells are floats. */
type ColumnFloats = Map<string, boolean>;

/** Copies a table: `{"records": [...], "schema": [...]}`. */
export function wireTable(value: unknown, path: ValuePath): Record<string, unknown> {
  const floats: ColumnFloats = new Map();
  const table = copyFields(value, path, {
    records: (records) => records,
    schema: (columns, path) => copyColumns(columns, path, floats),
  });
  const { records } = table;
  if (floats.size === 0 && Array.isArray(records)) {
    // The columns are all the fields that the records have.
    for (const record of records.filter(isDictionary)) {
      for (const name of Object.keys(record)) floats.set(name.toWellFormed(), false);
    }
  }
  table.records = path.inside("records", () => copyRecords(records, path, floats));
  return table;
}

/** Copies the columns of a table: `{"columns": [...]}`. */
export function wireTableSchema(value: unknown, path: ValuePath): Record<string, unknown> {
  return copyFields(value, path, { columns: copyColumns });
}

/** Copies a column lineage: `{"deps_by_column": {...}}`, with each asset key as its parts. */
export function wireLineage(value: unknown, path: ValuePath): Record<string, unknown> {
  return copyFields(value, path, {
    deps_by_column: (columns, path) => copyMap(columns, path, copyDeps),
  });
}

function copyDeps(deps: unknown, path: ValuePath): unknown[] {
  const seen = new Set<string>();
  return copyList(deps, path, (dep) => {
    const copy = copyFields(dep, path, COLUMN_DEP);
    const id = JSON.stringify(copy);
    if (seen.has(id)) {
      path.refuse(
        "names the same column of the same asset as an earlier one: Dagster accepts each only once",
      );
    }
    seen.add(id);
    return copy;
  });
}

/** Copies columns, and adds each to `floats`. */
function copyColumns(
  columns: unknown,
  path: ValuePath,
  floats: ColumnFloats = new Map(),
): Record<string, unknown>[] {
  return copyList(columns, path, (column) => {
    const copy = copyFields(column, path, COLUMN);
    // The name as Dagster reads it.
    const name = String(JSON.parse(asciiJson(copy.name)));
    if (floats.has(name)) path.refuse(`has the name of an earlier column, ${JSON.stringify(name)}`);
    floats.set(name, copy.type === "float");
    return copy;
  });
}

/** Copies records, each with a cell for each column: Dagster wants the same fields in all of them. */
function copyRecords(records: unknown, path: ValuePath, floats: ColumnFloats): unknown[] {
  const names = [...floats.keys()];
  for (const name of names) path.inside(name, () => path.checkKey(name));
  // Only then may the key of a record, with U+FFFD for lone surrogates, be the name of a column.
  const hasReplaced = names.some((name) => name.includes("\ufffd"));
  return copyList(records, path, (record) => {
    const cells = ownFields(requireDictionary(record, path), path);
    return copyRecord(hasReplaced ? withWellFormedKeys(cells, path) : cells, path, floats);
  });
}

function copyRecord(
  cells: Record<string, unknown>,
  path: ValuePath,
  floats: ColumnFloats,
): Record<string, unknown> {
  const keys = Object.keys(cells);
  path.down();
  for (let i = 0; i < keys.length; i++) {
    const name = keys[i]!;
    const isFloat = floats.get(name);
    if (isFloat === undefined) {
      path.up();
      const columns = [...floats.keys()].join(", ");
      path.refuse(
        `has ${JSON.stringify(name)}, which is not one of the table's columns: ${columns}`,
      );
    }
    const cell = cells[name];
    const isWholeFloat = isFloat && Number.isInteger(cell);
    if (!isWholeFloat && isExact(cell)) continue;
    path.key = name;
    const copy = copyCell(cell, path, isFloat);
    if (copy !== cell) cells[name] = copy;
  }
  path.up();
  if (keys.length === floats.size) return cells;
  for (const name of floats.keys()) {
    if (!Object.hasOwn(cells, name)) setField(cells, name, null);
  }
  return cells;
}

function copyCell(cell: unknown, path: ValuePath, isFloat: boolean): unknown {
  // A `Date`, or a decimal number of a library.
  const value = typeof cell === "object" && cell !== null ? followToJSON(cell, path) : cell;
  if (value === undefined) return null;
  const isScalar = typeof value === "object"
    ? value === null
    : typeof value !== "function" && typeof value !== "symbol";
  if (!isScalar) {
    path.refuse(
      `a table cell must be a string, number, bigint, boolean or null, got ${kindOf(cell)}`,
    );
  }
  const isWhole = Number.isInteger(value) ||
    typeof value === "bigint" && Number.isSafeInteger(Number(value));
  return isFloat && isWhole ? floatJson(Number(value)) : copyValue(value, path);
}
