import { isDictionary, isRecord, kindOf } from "../../json/kinds.ts";
import {
  fieldsText,
  type FieldTexts,
  type KindText,
  listText,
  mapText,
  requiredBooleanText,
  requireDictionary,
  requiredStringText,
  requireFields,
} from "../../json/object_text.ts";
import type { ValuePath } from "../../json/path.ts";
import {
  fieldsCopy,
  isPlainScalar,
  plainCopy,
  plainText,
  type QuickWay,
} from "../../json/plain_copy.ts";
import { isPlain, objectText, stringText } from "../../json/string_text.ts";
import {
  floatText,
  integerText,
  numberText,
  refuseSymbols,
  throughToJSON,
} from "../../json/value_text.ts";
import { assetKeyProblem, partsOf } from "../asset_key.ts";
import type { PipesAssetKey } from "../types.ts";

const CONSTRAINTS: FieldTexts = {
  nullable: optionalText(requiredBooleanText),
  unique: optionalText(requiredBooleanText),
  other: optionalText((other, path) => listText(other, path, requiredStringText)),
};

const COLUMN: FieldTexts = {
  name: requiredStringText,
  type: (type, path) => requiredStringText(type ?? "string", path),
  description: nullableText(requiredStringText),
  tags: nullableText((tags, path) =>
    mapText(tags, path, requiredStringText, "an object of strings")
  ),
  constraints: nullableText((value, path) => fieldsText(value, path, CONSTRAINTS)),
};

const COLUMN_DEP: FieldTexts = { asset_key: assetKeyText, column_name: requiredStringText };

function optionalText(text: KindText): FieldTexts[string] {
  return (value, path) => value === undefined ? undefined : text(value, path);
}

function nullableText(text: KindText): FieldTexts[string] {
  return (value, path) => value === undefined || value === null ? undefined : text(value, path);
}

/** The wire text of a table: `{"records": [...], "schema": [...]}`. */
export function tableText(value: unknown, path: ValuePath): string {
  const { records, schema } = requireFields(value, ["records", "schema"], path);
  const columns = path.inside("schema", () => columnsText(schema, path));
  // They are what `columnsText` has just taken.
  const columnList = schema as { name: string; type?: string }[];
  const named = columnList.length === 0 ? fieldsOf(records) : columnList;
  const rows = path.inside("records", () => recordsText(records, named, path));
  return objectText({ records: rows, schema: columns });
}

/** The wire text of a table's columns: `{"columns": [...]}`. */
export function tableSchemaText(value: unknown, path: ValuePath): string {
  return fieldsText(value, path, { columns: columnsText });
}

/**
 * The wire text of a column lineage: `{"deps_by_column": {...}}`, with each asset key as its parts.
 */
export function lineageText(value: unknown, path: ValuePath): string {
  return fieldsText(value, path, {
    deps_by_column: (columns, path) => mapText(columns, path, depsText),
  });
}

function depsText(deps: unknown, path: ValuePath): string {
  const seen = new Set<string>();
  return listText(deps, path, (dep) => {
    const text = fieldsText(dep, path, COLUMN_DEP);
    if (seen.has(text)) {
      path.refuse(
        "names the same column of the same asset as an earlier one, and Dagster takes each just once",
      );
    }
    seen.add(text);
    return text;
  });
}

function assetKeyText(key: unknown, path: ValuePath): string {
  const problem = assetKeyProblem(key);
  if (problem !== undefined) path.refuse(`${problem}, got ${kindOf(key)}`);
  return `[${partsOf(key as PipesAssetKey).map(stringText).join(",")}]`;
}

/** The fields of records whose columns nobody named. */
function fieldsOf(records: unknown): { name: string }[] {
  const names = new Set<string>();
  for (const record of Array.isArray(records) ? records : []) {
    for (const name of isDictionary(record) ? Object.keys(record) : []) names.add(name);
  }
  return Array.from(names, (name) => ({ name }));
}

/** A column, as its cells are written. */
interface CellColumn {
  readonly name: string;
  /** What stands ahead of a cell: the name and what separates it. */
  readonly ahead: string;
  readonly isFloat: boolean;
}

/** The wire text of the records, each with a cell for each column. */
function recordsText(
  records: unknown,
  schema: readonly { readonly name: string; readonly type?: string }[],
  path: ValuePath,
): string {
  const columns = schema.map(({ name, type }, i): CellColumn => ({
    name,
    ahead: `${i === 0 ? "{" : ","}${stringText(name)}:`,
    isFloat: type === "float",
  }));
  const names = new Set(columns.map(({ name }) => name));
  if (new Set(columns.map(({ ahead }) => ahead.slice(1))).size < names.size) {
    path.refuse("has two columns whose names become the same one without their lone surrogates");
  }
  for (const name of names) {
    const problem = path.rules.keyProblem?.(name.toWellFormed());
    if (problem !== undefined) path.refuse(problem);
  }
  return listText(
    records,
    path,
    (record) => recordText(record, columns, names, path),
    quickRecords(columns),
  );
}

/** How records are written by the engine, which writes a whole number without a point. */
function quickRecords(columns: readonly CellColumn[]): QuickWay | undefined {
  // The engine would put others in an order of its own, or they are written with escapes.
  if (columns.some(({ name }) => !isPlain(name) || /^\d|^__proto__$/.test(name))) return undefined;
  const wholeCells = columns.filter(({ isFloat }) => isFloat).map(({ name }) =>
    new RegExp(`"${name.replace(/[^\w ]/g, "\\$&")}":-?\\d+(?=[,}])`, "g")
  );
  return {
    copy: (record) => recordCopy(record, columns),
    text(copies) {
      let text = plainText(copies);
      for (const wholeCell of wholeCells) text = text?.replace(wholeCell, "$&.0");
      return text;
    },
  };
}

/** A copy of a record with a plain cell for each column, in their order. */
function recordCopy(record: unknown, columns: readonly CellColumn[]): object | undefined {
  const copy = isRecord(record) ? fieldsCopy(record) : undefined;
  if (copy === undefined) return undefined;
  const names = Object.keys(copy);
  const isInOrder = names.length === columns.length &&
    names.every((name, i) => name === columns[i]!.name);
  const row = isInOrder ? copy : inOrder(copy, names.length, columns);
  if (row === undefined) return undefined;
  for (const { name } of columns) {
    const cell = row[name];
    if (isPlainScalar(cell)) continue;
    if ((row[name] = plainCopy(cell ?? null, 0)) === undefined) return undefined;
  }
  return row;
}

function inOrder(
  copy: Record<string, unknown>,
  count: number,
  columns: readonly CellColumn[],
): Record<string, unknown> | undefined {
  const row: Record<string, unknown> = {};
  let known = 0;
  for (const { name } of columns) {
    const isThere = Object.hasOwn(copy, name);
    row[name] = isThere ? copy[name] : null;
    if (isThere) known++;
  }
  return known === count ? row : undefined;
}

function recordText(
  value: unknown,
  columns: readonly CellColumn[],
  names: ReadonlySet<string>,
  path: ValuePath,
): string {
  const record = requireDictionary(value, path);
  for (const key of Object.keys(record)) {
    if (!names.has(key)) refuseKey(key, names, path);
  }
  refuseSymbols(record, path);
  let text = columns.length === 0 ? "{" : "";
  for (const { name, ahead, isFloat } of columns) {
    const cell = Object.hasOwn(record, name) ? record[name] : null;
    text += ahead + path.inside(name, () => cellText(cell, isFloat, path));
  }
  return `${text}}`;
}

function refuseKey(key: string, names: ReadonlySet<string>, path: ValuePath): never {
  return path.refuse(
    `has ${JSON.stringify(key)}, which is none of the table's columns: ${[...names].join(", ")}`,
  );
}

function cellText(cell: unknown, isFloat: boolean, path: ValuePath): string {
  switch (typeof cell) {
    case "string":
      return stringText(cell);
    case "number":
      return isFloat && Number.isInteger(cell) ? floatText(cell) : numberText(cell, path);
    case "boolean":
      return String(cell);
    case "undefined":
      return "null";
    case "bigint":
      return isFloat && Number.isSafeInteger(Number(cell))
        ? floatText(Number(cell))
        : integerText(cell, path);
    case "object": {
      if (cell === null) return "null";
      // A `Date`, or a decimal number of a library's.
      const said = throughToJSON(cell, path);
      if (said === null || typeof said !== "object") return cellText(said, isFloat, path);
    }
  }
  return path.refuse(
    `a table cell must be a string, number, bigint, boolean or null, got ${kindOf(cell)}`,
  );
}

function columnsText(columns: unknown, path: ValuePath): string {
  const names = new Set<string>();
  return listText(columns, path, (column) => {
    const text = fieldsText(column, path, COLUMN);
    const { name } = column as { name: string };
    if (names.has(name)) {
      path.refuse(`has the name of an earlier column, ${JSON.stringify(name)}`);
    }
    names.add(name);
    return text;
  });
}
