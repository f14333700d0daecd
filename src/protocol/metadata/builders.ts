import { isDictionary, kindOf } from "../../json/kinds.ts";
import { ValuePath } from "../../json/path.ts";
import { assetKeyProblem, partsOf } from "../asset_key.ts";
import { imageMarkdown } from "./image.ts";
import { inferColumns } from "./infer_columns.ts";
import type { PipesJson, PipesTableColumnDep } from "../value_types.ts";
import type {
  MetadataValueBuilders,
  PipesMetadataRawValues,
  PipesMetadataType,
  PipesMetadataValue,
} from "./types.ts";
import type { PipesAssetKey } from "../types.ts";

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
      // A value that is not an object is refused, with its path, when it is reported.
      const wireDeps = deps.map((dep: PipesTableColumnDep | null | undefined) => ({
        asset_key: dep?.assetKey,
        column_name: dep?.columnName,
      }));
      return [column, wireDeps];
    });
    return Object.fromEntries(entries);
  });
}
