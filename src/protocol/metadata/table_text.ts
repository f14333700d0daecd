import { isDictionary, kindOf } from "../../json/kinds.ts";
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
import { objectText, stringText } from "../../json/string_text.ts";
import {
  floatText,
  integerText,
  numberText,
  refuseSymbols,
  throughToJSON,
} from "../../json/value_text.ts";
import { assetKeyProblem, partsOf } from "../asset_key.ts";
import type { PipesAssetKey } from "../types.ts";
import { type CellColumn, quickRecords } from "./quick_records.ts";

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
