import { isDictionary, isRecord, kindOf } from "../../json/kinds.ts";
import { ValuePath } from "../../json/path.ts";
import { assetKeyParts, requireAssetKey } from "../asset_key.ts";
import { imageMarkdown } from "./image.ts";
import type {
  MetadataValueBuilders,
  PipesMetadataRawValues,
  PipesMetadataType,
  PipesMetadataValue,
  PipesTableColumn,
  PipesTableColumnDep,
} from "./types.ts";
import type { PipesAssetKey, PipesJson } from "../types.ts";

/**
 * Attaches a type of metadata to a raw value. The value is checked when it is reported, before
 * anything is written.
 *
 * @param rawValue The value, in the shape that Dagster reads.
 * @param type The type. `"__infer__"` leaves it to Dagster.
 * @default {"__infer__"}
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
  return withType<T>(rawValue, type ?? ("__infer__" as T));
}

function withType<T extends PipesMetadataType>(
  rawValue: PipesMetadataRawValues[T],
  type: T,
): PipesMetadataValue<T> {
  return { rawValue, type };
}

/**
 * Makes metadata values of a given type, under Dagster's own names for them.
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
  text: (text) => withType(text, "text"),
  url: (url) => withType(url, "url"),
  path: (path) => withType(path, "path"),
  notebook: (path) => withType(path, "notebook"),
  json: (value) => withType(value, "json"),
  md: (markdown) => withType(markdown, "md"),
  float: (value) => withType(value, "float"),
  int: (value) => withType(value, "int"),
  bool: (value) => withType(value, "bool"),
  dagsterRun: (runId) => withType(runId, "dagster_run"),
  asset: (key) => withType(assetUserString(key), "asset"),
  null: () => withType(null, "null"),
  timestamp: (time) => withType(time, "timestamp"),
  table: (records, columns) =>
    withType({ records, schema: columns ?? inferColumns(records) }, "table"),
  tableSchema: (columns) => withType({ columns }, "table_schema"),
  tableColumnLineage: (depsByColumn) =>
    withType({ deps_by_column: lineageOf(depsByColumn) }, "table_column_lineage"),
  image: (image, options) => withType(imageMarkdown(image, options), "md"),
};

/** Dagster splits this string at every `/`, even after a backslash. */
function assetUserString(key: PipesAssetKey): string {
  return new ValuePath("MetadataValue.asset").reading((path) => {
    const parts = assetKeyParts(requireAssetKey(key, path));
    const split = parts.find((part) => part.includes("/"));
    if (split === undefined) return parts.join("/");
    return path.refuse(
      `cannot name an asset with a "/" inside a part of its key, got ${JSON.stringify(split)}`,
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
      if (Array.isArray(deps)) return [column, deps.map(wireDep)];
      const name = JSON.stringify(column);
      return path.refuse(`must get an array for column ${name}, got ${kindOf(deps)}`);
    });
    return Object.fromEntries(entries);
  });
}

/** A value that is not an object is refused, with its path, when it is reported. */
function wireDep(dep: PipesTableColumnDep | null | undefined): object {
  return { asset_key: dep?.assetKey, column_name: dep?.columnName };
}

type CellType = "int" | "float" | "bool" | "string";

/** Returns a column for each field of any of the records, with the type of its cells. */
function inferColumns(records: readonly object[]): PipesTableColumn[] {
  return new ValuePath("MetadataValue.table").reading((path) => {
    if (!Array.isArray(records)) {
      path.refuse(`must get an array of records, got ${kindOf(records)}`);
    }
    const types = new Map<string, CellType | undefined>();
    for (const record of records as readonly unknown[]) {
      // A value that is not a record is refused, with its path, when it is reported.
      if (!isRecord(record)) continue;
      const names = Object.keys(record);
      for (let i = 0; i < names.length; i++) {
        const name = names[i]!;
        types.set(name, joined(types.get(name), typeOfCell(record[name])));
      }
    }
    return Array.from(types, ([name, type]) => ({ name, type: type ?? "string" }));
  });
}

function joined(first: CellType | undefined, second: CellType | undefined): CellType | undefined {
  if (first === undefined || first === second) return second;
  if (second === undefined) return first;
  const areNumbers = [first, second].every((type) => type === "int" || type === "float");
  return areNumbers ? "float" : "string";
}

/** Returns the type of a cell, or `undefined` if it is null or missing. */
function typeOfCell(cell: unknown): CellType | undefined {
  if (typeof cell === "number") {
    // From 1e21 on, the text of a number has an exponent, and that of -0 has a point.
    const isWrittenWhole = Number.isInteger(cell) && Math.abs(cell) < 1e21 && !Object.is(cell, -0);
    return isWrittenWhole ? "int" : "float";
  }
  if (typeof cell === "bigint") return "int";
  if (typeof cell === "boolean") return "bool";
  if (cell === null || cell === undefined) return undefined;
  if (typeof cell !== "object") return "string";
  const { toJSON } = cell as { toJSON?: unknown };
  const json: unknown = typeof toJSON === "function" ? toJSON.call(cell, "") : cell;
  return typeof json === "object" && json !== null ? "string" : typeOfCell(json);
}
