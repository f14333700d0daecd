import type { Held } from "../dagster/held.ts";
import {
  bool,
  dict,
  float,
  heldJson,
  heldRecord,
  heldScalar,
  inAnyOrder,
  int,
  items,
  made,
  NONE,
  stable,
  str,
  Unsayable,
} from "./held_json.ts";

type Fields = Record<string, unknown>;

/** What Dagster should hold for a metadata value as a script gives it. */
export function heldMetadata(value: unknown): Held {
  if (typeof value === "object" && value !== null) {
    stable(value);
    const fields = value as Fields;
    if (Object.keys(value).length === 2 && "type" in value) {
      const raw = Object.hasOwn(value, "rawValue") ? "rawValue" : "raw_value";
      if (Object.hasOwn(value, raw)) {
        return heldTyped(String(fields.type), fields[raw]);
      }
    }
  }
  return heldTyped("__infer__", value);
}

const TEXTS: Readonly<Record<string, readonly [string, string]>> = {
  text: ["TextMetadataValue", "text"],
  url: ["UrlMetadataValue", "url"],
  path: ["PathMetadataValue", "fspath"],
  notebook: ["NotebookMetadataValue", "fspath"],
  md: ["MarkdownMetadataValue", "md_str"],
  dagster_run: ["DagsterRunMetadataValue", "run_id"],
};

function heldTyped(type: string, raw: unknown): Held {
  if (typeof raw === "object" && raw !== null) stable(raw);
  const text = TEXTS[type];
  if (text !== undefined) {
    return made(text[0], { [text[1]]: str(raw instanceof URL ? raw.href : raw as string) });
  }
  switch (type) {
    case "__infer__":
      return inferred(raw);
    case "float":
      return made("FloatMetadataValue", { value: float(raw as number) });
    case "int":
      return made("IntMetadataValue", { value: int(BigInt(raw as bigint)) });
    case "bool":
      return made("BoolMetadataValue", { value: bool(raw as boolean) });
    case "null":
      return made("NullMetadataValue", {});
    case "json":
      return made("JsonMetadataValue", { data: heldJson(raw) });
    case "timestamp": {
      const seconds = raw instanceof Date ? raw.getTime() / 1000 : raw as number;
      // From the year 10,000 on: milliseconds, most likely.
      if (seconds >= 253402300800) throw new Unsayable("a timestamp out of range");
      return made("TimestampMetadataValue", { value: float(seconds) });
    }
    case "asset":
      return made("DagsterAssetMetadataValue", { asset_key: heldKey((raw as string).split("/")) });
    case "table": {
      const { records, schema } = raw as {
        records: Fields[];
        schema: Fields[];
      };
      stable(records);
      const floats = new Set(
        schema.filter((column) => column.type === "float").map(({ name }) => name),
      );
      return made("TableMetadataValue", {
        records: items(records.map((record) => heldRow(record, namesOf(records, schema), floats))),
        schema: heldSchema(schema),
      });
    }
    case "table_schema":
      return made("TableSchemaMetadataValue", {
        schema: heldSchema((raw as { columns: Fields[] }).columns),
      });
    case "table_column_lineage":
      return heldLineage((raw as Fields).deps_by_column);
  }
  throw new Unsayable(`metadata of type ${type}`);
}

function inferred(raw: unknown): Held {
  if (typeof raw === "number" && !Number.isFinite(raw)) {
    return heldTyped("float", raw);
  }
  if (raw instanceof Date) return heldTyped("timestamp", raw);
  if (raw instanceof URL) return heldTyped("url", raw);
  const held = heldJson(raw);
  switch (held.py) {
    case "None":
      return made("NullMetadataValue", {});
    case "str":
      return made("TextMetadataValue", { text: held });
    case "int":
      return made("IntMetadataValue", { value: held });
    case "float":
      return made("FloatMetadataValue", { value: held });
    case "bool":
      return made("BoolMetadataValue", { value: held });
  }
  return made("JsonMetadataValue", { data: held });
}

/** The columns of a table: those that are named, or all that there are cells for. */
function namesOf(records: readonly Fields[], schema: readonly Fields[]): string[] {
  if (schema.length > 0) return schema.map(({ name }) => name as string);
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function heldRow(
  record: Fields,
  names: readonly string[],
  floats: ReadonlySet<unknown>,
): Held {
  stable(record);
  const odd = Object.keys(record).find((key) => !names.includes(key));
  if (odd !== undefined) throw new Unsayable(`a cell of no column, ${odd}`);
  const cells = names.map((name) => {
    const cell = Object.hasOwn(record, name) ? record[name] ?? null : null;
    // In a column of floats a whole number is one too, if a float can hold it.
    const number = typeof cell === "bigint" && Number.isSafeInteger(Number(cell))
      ? Number(cell)
      : cell;
    const isFloat = typeof number === "number" && floats.has(name) && Number.isFinite(number);
    return [name, isFloat ? float(number) : heldScalar(saidBy(cell))] as const;
  });
  return made("TableRecord", { data: dict(cells) });
}

/** What a cell says that is an object. */
function saidBy(cell: unknown): unknown {
  if (typeof cell !== "object" || cell === null) return cell;
  const { toJSON } = cell as { toJSON?: (key: string) => unknown };
  return typeof toJSON === "function" ? toJSON.call(cell, "") : cell;
}

function heldSchema(columns: readonly Fields[]): Held {
  stable(columns);
  return made("TableSchema", {
    columns: items(columns.map(heldColumn)),
    constraints: made("TableConstraints", { other: items([]) }),
  });
}

function heldColumn(column: Fields): Held {
  stable(column);
  const constraints = (column.constraints ?? {}) as Fields;
  stable(constraints);
  const other = (constraints.other ?? []) as string[];
  stable(other);
  return made("TableColumn", {
    name: str(column.name as string),
    type: str((column.type ?? "string") as string),
    description: (column.description ?? null) === null ? NONE : str(column.description as string),
    constraints: made("TableColumnConstraints", {
      nullable: bool((constraints.nullable ?? true) as boolean),
      unique: bool((constraints.unique ?? false) as boolean),
      other: items(other.map(str)),
    }),
    tags: heldRecord(column.tags ?? {}, heldScalar),
  });
}

function heldLineage(columns: unknown): Held {
  const deps = heldRecord(columns, (list) => {
    stable(list as object);
    return inAnyOrder((list as Fields[]).map((dep) => {
      stable(dep);
      return made("TableColumnDep", {
        asset_key: heldKey(keyParts(dep.asset_key)),
        column_name: str(dep.column_name as string),
      });
    }));
  });
  return made("TableColumnLineageMetadataValue", {
    lineage: made("TableColumnLineage", { deps_by_column: deps }),
  });
}

function heldKey(parts: readonly string[]): Held {
  return made("AssetKey", { parts: { py: "tuple", items: parts.map(str) } });
}

/** The parts of an asset key, given either way. */
export function keyParts(key: unknown): string[] {
  if (Array.isArray(key)) {
    stable(key);
    return key;
  }
  const tokens = (key as string).match(/\\[^]|[^]/g) ?? [];
  const parts: string[] = [];
  let part = "";
  for (const token of tokens) {
    if (token === "/") {
      parts.push(part);
      part = "";
    } else part += token.at(-1);
  }
  return [...parts, part];
}
