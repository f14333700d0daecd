import { kindOf } from "../../json/kinds.ts";
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
import { dictionaryText, floatText, integerText, numberText } from "../../json/value_text.ts";
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
  const floats = new Set<string>();
  for (const { name, type } of schema as { name: string; type?: string }[]) {
    if (type === "float") floats.add(name);
  }
  const rows = path.inside("records", () => recordsText(records, floats, path));
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

function recordsText(records: unknown, floats: ReadonlySet<string>, path: ValuePath): string {
  let fields: Set<string> | undefined;
  return listText(records, path, (value) => {
    const record = requireDictionary(value, path);
    const keys = Object.keys(record);
    fields ??= new Set(keys);
    const odd = keys.find((key) => !fields!.has(key)) ??
      [...fields].find((key) => !Object.hasOwn(record, key));
    if (odd !== undefined) {
      path.refuse(
        `must have the same fields as the first record, and differs in ${JSON.stringify(odd)}`,
      );
    }
    return dictionaryText(record, path, (cell, _, key) => cellText(cell, floats.has(key), path));
  });
}

function cellText(cell: unknown, isFloat: boolean, path: ValuePath): string {
  switch (typeof cell) {
    case "string":
      return stringText(cell);
    case "boolean":
      return String(cell);
    case "bigint":
      return isFloat && Number.isSafeInteger(Number(cell))
        ? floatText(Number(cell))
        : integerText(cell, path);
    case "number":
      return isFloat && Number.isFinite(cell) ? floatText(cell) : numberText(cell, path);
    default:
      return cell === null ? "null" : path.refuse(
        `a table cell must be a string, number, bigint, boolean or null, got ${kindOf(cell)}`,
      );
  }
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
