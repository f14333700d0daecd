import { isDictionary, isPlainObject, isRecord, kindOf } from "../../json/kinds.ts";
import { ValuePath } from "../../json/path.ts";
import { assetKeyProblem, partsOf } from "../asset_key.ts";
import { imageMarkdown } from "./image.ts";
import type { PipesJson, PipesTableColumn, PipesTableColumnDep } from "../value_types.ts";
import type {
  MetadataValueBuilders,
  PipesMetadataRawValues,
  PipesMetadataType,
  PipesMetadataValue,
} from "./types.ts";
import type { PipesAssetKey } from "../types.ts";

/**
 * Gives a raw value a type of metadata. The value is checked when it is reported, before anything
 * is written.
 *
 * @param rawValue The value, in the shape that Dagster reads.
 * @param type The type. Default: `"__infer__"`, which leaves it to Dagster.
 * @returns The value with its type.
 *
 * @example
 * ```ts
 * import { pipesMetadataValue } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pipesMetadataValue("# Title", "md"), { rawValue: "# Title", type: "md" });
 * ```
 */
export function pipesMetadataValue<
  T extends PipesMetadataType = "__infer__",
  V extends PipesMetadataRawValues[T] = PipesMetadataRawValues[T],
>(
  rawValue: V & PipesJson<V>,
  type?: T,
): PipesMetadataValue<T> {
  return typedValue<T>(rawValue, type ?? ("__infer__" as T));
}

function typedValue<T extends PipesMetadataType>(
  rawValue: PipesMetadataRawValues[T],
  type: T,
): PipesMetadataValue<T> {
  return { rawValue, type };
}

/**
 * Makes values of metadata with a type, by Dagster's own names for them.
 *
 * @example
 * ```ts
 * import { MetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * await withDagsterPipes((pipes) => {
 *   pipes.reportAssetMaterialization({
 *     assetKey: "orders",
 *     metadata: {
 *       threshold: MetadataValue.float(1),
 *       report: MetadataValue.url("https://example.com/report"),
 *       preview: MetadataValue.table([{ id: 1, price: 2.5 }]),
 *     },
 *   });
 * });
 * ```
 */
export const MetadataValue: MetadataValueBuilders = {
  text: (text) => typedValue(text, "text"),
  url: (url) => typedValue(url, "url"),
  path: (path) => typedValue(path, "path"),
  notebook: (path) => typedValue(path, "notebook"),
  json: (value) => typedValue(value, "json"),
  md: (markdown) => typedValue(markdown, "md"),
  float: (value) => typedValue(value, "float"),
  int: (value) => typedValue(value, "int"),
  bool: (value) => typedValue(value, "bool"),
  dagsterRun: (runId) => typedValue(runId, "dagster_run"),
  asset: (key) => typedValue(assetUserString(key), "asset"),
  null: () => typedValue(null, "null"),
  timestamp: (time) => typedValue(time, "timestamp"),
  table: (records, columns) =>
    typedValue({ records, schema: columns ?? inferredColumns(records) }, "table"),
  tableSchema: (columns) => typedValue({ columns }, "table_schema"),
  tableColumnLineage: (depsByColumn) =>
    typedValue({ deps_by_column: lineageOf(depsByColumn) }, "table_column_lineage"),
  image: (image, options) => typedValue(imageMarkdown(image, options), "md"),
};

/** Dagster splits this string at every `/`, and knows no escape in it. */
function assetUserString(key: PipesAssetKey): string {
  return new ValuePath("MetadataValue.asset").reading((path) => {
    const problem = assetKeyProblem(key);
    if (problem !== undefined) path.refuse(`${problem}, got ${kindOf(key)}`);
    const parts = partsOf(key);
    const unsayable = parts.find((part) => part.includes("/"));
    if (unsayable === undefined) return parts.join("/");
    return path.refuse(
      `cannot name an asset with a "/" inside a part of its key, got ${JSON.stringify(unsayable)}`,
    );
  });
}

function lineageOf(
  depsByColumn: Readonly<Record<string, readonly PipesTableColumnDep[]>>,
): PipesMetadataRawValues["table_column_lineage"]["deps_by_column"] {
  return new ValuePath("MetadataValue.tableColumnLineage").reading((path) => {
    if (!isDictionary(depsByColumn)) {
      path.refuse(`must get an object of columns, got ${kindOf(depsByColumn)}`);
    }
    const entries = Object.entries(depsByColumn).map(([column, deps]) => {
      if (!Array.isArray(deps)) {
        path.refuse(`must get an array for column ${JSON.stringify(column)}, got ${kindOf(deps)}`);
      }
      // What is no object keeps its shape, and is refused with its path when it is written.
      const wireDeps = deps.map((dep: PipesTableColumnDep | null | undefined) => ({
        asset_key: dep?.assetKey,
        column_name: dep?.columnName,
      }));
      return [column, wireDeps];
    });
    return Object.fromEntries(entries);
  });
}

/** The columns that there are cells for in any of the records. */
function inferredColumns(records: readonly object[]): PipesTableColumn[] {
  return new ValuePath("MetadataValue.table").reading((path) => {
    if (!Array.isArray(records)) {
      path.refuse(`must get an array of records, got ${kindOf(records)}`);
    }
    const columns: InferredColumn[] = [];
    const places = new Map<string, number>();
    for (const record of records as readonly unknown[]) {
      if (!isRecord(record)) continue;
      // So that there are no names but its own, without a list of them for each record.
      const cells = isPlainObject(record) ? record : { ...record };
      let at = 0;
      for (const name in cells) {
        // Most records have their cells in the order of the first.
        if (columns[at]?.name !== name && !Object.hasOwn(cells, name)) continue;
        if (columns[at]?.name !== name) at = places.get(name) ?? columns.length;
        if (at === columns.length) {
          places.set(name, at);
          columns.push({ name, kinds: 0 });
        }
        const column = columns[at++]!;
        // A string among them makes the column one of strings, whatever else comes.
        if (column.kinds < OTHER) column.kinds |= cellKind(cells[name]);
      }
    }
    return columns.map(({ name, kinds }) => ({ name, type: TYPES[kinds] ?? "string" }));
  });
}

/** A column, and the kinds of its cells so far. */
interface InferredColumn {
  readonly name: string;
  kinds: number;
}

// Kinds of cells, to be added up.
const INT = 1;
const FLOAT = 2;
const BOOL = 4;
const OTHER = 8;

/** The types of the columns with cells of these kinds. The others are `string`. */
const TYPES: Readonly<Record<number, string>> = {
  [INT]: "int",
  [FLOAT]: "float",
  [INT | FLOAT]: "float",
  [BOOL]: "bool",
};

function cellKind(cell: unknown): number {
  switch (typeof cell) {
    case "number":
      return isWrittenWhole(cell) ? INT : FLOAT;
    case "boolean":
      return BOOL;
    case "bigint":
      return INT;
    case "undefined":
      return 0;
    case "object": {
      if (cell === null) return 0;
      // What such a cell is written as is found out when it is.
      const said = (cell as { toJSON?: (key: string) => unknown }).toJSON?.("");
      return typeof said === "object" || said === undefined ? OTHER : cellKind(said);
    }
    default:
      return OTHER;
  }
}

/** From 1e21 on, the text of a number has an exponent, and that of -0 has its sign. */
function isWrittenWhole(cell: number): boolean {
  return cell % 1 === 0 && cell < 1e21 && cell > -1e21 && (cell !== 0 || 1 / cell > 0);
}
