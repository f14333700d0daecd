import { isKeyed, kindOf } from "../../json/kinds.ts";
import { assetKeyProblem, partsOf } from "../asset_key.ts";
import {
  entriesText,
  floatText,
  integerText,
  jsonText,
  keysOf,
  numberText,
} from "../../json/value_text.ts";
import type { ValuePath } from "../../json/path.ts";
import { stringText } from "../../json/string_text.ts";
import { at, exactly, known, listText } from "../../json/object_text.ts";
import type { PipesAssetKey } from "../types.ts";

/** The wire text of a table: `{"records": [...], "schema": [...]}`. */
export function tableText(value: unknown, path: ValuePath): string {
  const { records, schema } = exactly(value, ["records", "schema"], path);
  const columns = at("schema", path, () => columnsText(schema, path));
  const floats = new Set(
    (schema as { name: string; type?: string }[]).filter(({ type }) => type === "float").map((
      { name },
    ) => name),
  );
  return `{"records":${
    at("records", path, () => recordsText(records, floats, path))
  },"schema":${columns}}`;
}

/** The wire text of a table's columns: `{"columns": [...]}`. */
export function tableSchemaText(value: unknown, path: ValuePath): string {
  const { columns } = exactly(value, ["columns"], path);
  return `{"columns":${at("columns", path, () => columnsText(columns, path))}}`;
}

/**
 * The wire text of a column lineage: `{"deps_by_column": {...}}`, with each asset key as its parts.
 */
export function lineageText(value: unknown, path: ValuePath): string {
  const { deps_by_column: columns } = exactly(value, ["deps_by_column"], path);
  if (!isKeyed(columns)) {
    return path.refuse(`deps_by_column must be an object, got ${kindOf(columns)}`);
  }
  const text = at(
    "deps_by_column",
    path,
    () =>
      entriesText(
        keysOf(columns, path),
        (column) => columns[column],
        path,
        (deps) => depsText(deps, path),
      ),
  );
  return `{"deps_by_column":${text}}`;
}

function depsText(deps: unknown, path: ValuePath): string {
  const seen = new Set<string>();
  return listText(deps, path, (dep) => {
    const text = depText(dep, path);
    if (seen.has(text)) {
      path.refuse(
        "names the same column of the same asset as an earlier one, and Dagster takes each just once",
      );
    }
    seen.add(text);
    return text;
  });
}

function depText(value: unknown, path: ValuePath): string {
  const { asset_key: key, column_name: column } = exactly(value, [
    "asset_key",
    "column_name",
  ], path);
  const problem = assetKeyProblem(key);
  if (problem !== undefined) {
    path.refuse(`asset_key ${problem}, got ${kindOf(key)}`);
  }
  if (typeof column !== "string") {
    return path.refuse(`column_name must be a string, got ${kindOf(column)}`);
  }
  const parts = partsOf(key as PipesAssetKey).map(stringText).join(",");
  return `{"asset_key":[${parts}],"column_name":${stringText(column)}}`;
}

function recordsText(records: unknown, floats: ReadonlySet<string>, path: ValuePath): string {
  let fields: Set<string> | undefined;
  return listText(records, path, (record) => {
    if (!isKeyed(record)) {
      return path.refuse(`must be an object, got ${kindOf(record)}`);
    }
    const keys = keysOf(record, path);
    fields ??= new Set(keys);
    const odd = keys.find((key) => !fields!.has(key)) ??
      [...fields].find((key) => !Object.hasOwn(record, key));
    if (odd !== undefined) {
      path.refuse(
        `must have the same fields as the first record, and differs in ${JSON.stringify(odd)}`,
      );
    }
    return entriesText(
      keys,
      (key) => record[key],
      path,
      (cell, _, key) => cellText(cell, floats.has(key), path),
    );
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
    const text = columnText(column, path);
    const { name } = column as { name: string };
    if (names.has(name)) {
      path.refuse(`has the name of an earlier column, ${JSON.stringify(name)}`);
    }
    names.add(name);
    return text;
  });
}

function columnText(column: unknown, path: ValuePath): string {
  const fields = known(column, ["name", "type", "description", "tags", "constraints"], path);
  let text = `{"name":${requiredString(fields.name, "name", path)},"type":${
    requiredString(fields.type ?? "string", "type", path)
  }`;
  if (fields.description !== undefined && fields.description !== null) {
    text += `,"description":${requiredString(fields.description, "description", path)}`;
  }
  if (fields.tags !== undefined && fields.tags !== null) {
    text += `,"tags":${at("tags", path, () => tagsText(fields.tags, path))}`;
  }
  if (fields.constraints !== undefined && fields.constraints !== null) {
    text += `,"constraints":${
      at("constraints", path, () => constraintsText(fields.constraints, path))
    }`;
  }
  return `${text}}`;
}

function tagsText(tags: unknown, path: ValuePath): string {
  if (!isKeyed(tags)) {
    return path.refuse(`must be an object of strings, got ${kindOf(tags)}`);
  }
  return entriesText(
    keysOf(tags, path),
    (tag) => tags[tag],
    path,
    (tag) =>
      typeof tag === "string"
        ? stringText(tag)
        : path.refuse(`must be a string, got ${kindOf(tag)}`),
  );
}

function constraintsText(value: unknown, path: ValuePath): string {
  const constraints = known(value, ["nullable", "unique", "other"], path);
  const given = Object.keys(constraints).filter((key) => constraints[key] !== undefined);
  return entriesText(
    given,
    (key) => constraints[key],
    path,
    (constraint, _, key) => {
      if (key === "other") {
        return listText(
          constraint,
          path,
          (text) =>
            typeof text === "string"
              ? stringText(text)
              : path.refuse(`must be a string, got ${kindOf(text)}`),
        );
      }
      return typeof constraint === "boolean"
        ? jsonText(constraint, path)
        : path.refuse(`must be true or false, got ${kindOf(constraint)}`);
    },
  );
}

function requiredString(value: unknown, field: string, path: ValuePath): string {
  return at(
    field,
    path,
    () =>
      typeof value === "string"
        ? stringText(value)
        : path.refuse(`must be a string, got ${kindOf(value)}`),
  );
}
