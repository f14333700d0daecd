import { asciiJson, floatJson, isExact, stringJson } from "../../json/ascii_json.ts";
import {
  copyBoolean,
  copyFields,
  copyList,
  copyMap,
  copyString,
  requireDictionary,
  requireFields,
} from "../../json/copy_fields.ts";
import {
  copyInteger,
  copyNumber,
  followToJSON,
  ownFields,
  withWellFormedKeys,
} from "../../json/copy_value.ts";
import { isDictionary, kindOf } from "../../json/kinds.ts";
import type { ValuePath } from "../../json/path.ts";
import { setField } from "../../json/python_json.ts";
import { assetKeyProblem, partsOf } from "../asset_key.ts";
import type { PipesAssetKey } from "../types.ts";

type CopyField = (value: unknown, path: ValuePath) => unknown;

const CONSTRAINTS: Readonly<Record<string, CopyField>> = {
  nullable: ifPresent(copyBoolean),
  unique: ifPresent(copyBoolean),
  other: ifPresent((other, path) => copyList(other, path, copyString)),
};

const COLUMN: Readonly<Record<string, CopyField>> = {
  name: copyString,
  type: (type, path) => copyString(type ?? "string", path),
  description: ifNotNull(copyString),
  tags: ifNotNull((tags, path) => copyMap(tags, path, copyString, "an object of strings")),
  constraints: ifNotNull((value, path) => copyFields(value, path, CONSTRAINTS)),
};

const COLUMN_DEP: Readonly<Record<string, CopyField>> = {
  asset_key: copyAssetKeyParts,
  column_name: copyString,
};

function ifPresent(copy: CopyField): CopyField {
  return (value, path) => value === undefined ? undefined : copy(value, path);
}

function ifNotNull(copy: CopyField): CopyField {
  return (value, path) => value === undefined || value === null ? undefined : copy(value, path);
}

/** Copies a table: `{"records": [...], "schema": [...]}`. */
export function wireTable(value: unknown, path: ValuePath): Record<string, unknown> {
  const { records, schema } = requireFields(value, ["records", "schema"], path);
  const columns = path.inside("schema", () => copyColumns(schema, path));
  const floats = columns.length === 0 ? floatsOfRecords(records) : floatsOf(columns);
  return {
    records: path.inside("records", () => copyRecords(records, floats, path)),
    schema: columns,
  };
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
        "names the same column of the same asset as an earlier one, and Dagster takes each just once",
      );
    }
    seen.add(id);
    return copy;
  });
}

function copyAssetKeyParts(key: unknown, path: ValuePath): unknown[] {
  const problem = assetKeyProblem(key);
  if (problem !== undefined) path.refuse(`${problem}, got ${kindOf(key)}`);
  return partsOf(key as PipesAssetKey).map(stringJson);
}

function copyColumns(columns: unknown, path: ValuePath): Record<string, unknown>[] {
  const names = new Set<unknown>();
  return copyList(columns, path, (column) => {
    const copy = copyFields(column, path, COLUMN);
    const name = sentName(copy);
    if (names.has(name)) {
      path.refuse(`has the name of an earlier column, ${JSON.stringify(name)}`);
    }
    names.add(name);
    return copy;
  });
}

/** Returns the name of a column as its reader sees it. */
function sentName({ name }: Readonly<Record<string, unknown>>): string {
  return String(JSON.parse(asciiJson(name)));
}

/** For each column by its name, whether its cells are floats. */
type ColumnFloats = ReadonlyMap<string, boolean>;

function floatsOf(columns: readonly Readonly<Record<string, unknown>>[]): ColumnFloats {
  return new Map(columns.map((column) => [sentName(column), column.type === "float"]));
}

/** The columns of records without a schema: all the fields that the records have. */
function floatsOfRecords(records: unknown): ColumnFloats {
  const floats = new Map<string, boolean>();
  for (const record of Array.isArray(records) ? records : []) {
    if (!isDictionary(record)) continue;
    for (const name of Object.keys(record)) floats.set(name.toWellFormed(), false);
  }
  return floats;
}

/** Copies records, each with a cell for each column: Dagster wants the same fields in all of them. */
function copyRecords(records: unknown, floats: ColumnFloats, path: ValuePath): unknown[] {
  const names = [...floats.keys()];
  for (const name of names) path.inside(name, () => path.checkKey(name));
  // Only then may the key of a record, with U+FFFD for lone surrogates, be the name of a column.
  const hasReplaced = names.some((name) => name.includes("\ufffd"));
  return copyList(records, path, (record) => {
    const cells = ownFields(requireDictionary(record, path), path);
    return copyRecord(hasReplaced ? withWellFormedKeys(cells, path) : cells, floats, path);
  });
}

function copyRecord(
  cells: Record<string, unknown>,
  floats: ColumnFloats,
  path: ValuePath,
): Record<string, unknown> {
  const keys = Object.keys(cells);
  path.down();
  for (let i = 0; i < keys.length; i++) {
    const name = keys[i]!;
    const isFloat = floats.get(name);
    if (isFloat === undefined) {
      path.up();
      path.refuse(
        `has ${JSON.stringify(name)}, which is not one of the table's columns: ${
          [...floats.keys()].join(", ")
        }`,
      );
    }
    const cell = cells[name];
    const isWholeFloat = isFloat && Number.isInteger(cell);
    if (!isWholeFloat && isExact(cell)) continue;
    path.key = name;
    const copy = copyCell(cell, isFloat, path);
    if (copy !== cell) cells[name] = copy;
  }
  path.up();
  if (keys.length === floats.size) return cells;
  for (const name of floats.keys()) {
    if (!Object.hasOwn(cells, name)) setField(cells, name, null);
  }
  return cells;
}

function copyCell(cell: unknown, isFloat: boolean, path: ValuePath): unknown {
  switch (typeof cell) {
    case "string":
      return stringJson(cell);
    case "number":
      return isFloat && Number.isInteger(cell) ? floatJson(cell) : copyNumber(cell, path);
    case "boolean":
      return cell;
    case "undefined":
      return null;
    case "bigint":
      return isFloat && Number.isSafeInteger(Number(cell))
        ? floatJson(Number(cell))
        : copyInteger(cell, path);
    case "object": {
      if (cell === null) return null;
      // A `Date`, or a decimal number of a library.
      const json = followToJSON(cell, path);
      if (json === null || typeof json !== "object") return copyCell(json, isFloat, path);
    }
  }
  return path.refuse(
    `a table cell must be a string, number, bigint, boolean or null, got ${kindOf(cell)}`,
  );
}
