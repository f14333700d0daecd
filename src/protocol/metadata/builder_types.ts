import type { PipesUrl } from "../../global_types.ts";
import type { PipesJson } from "../json_types.ts";
import type { PipesAssetKey } from "../types.ts";
import type { PipesImageOptions } from "./image.ts";
import type { PipesTableCell, PipesTableColumn, PipesTableColumnDep } from "./table_types.ts";
import type { PipesMetadataValue } from "./types.ts";

/**
 * The builders of `MetadataValue`.
 *
 * @example
 * ```ts
 * import { MetadataValue, type MetadataValueBuilders } from "@dagsterpipes/pipes";
 *
 * const { float }: MetadataValueBuilders = MetadataValue;
 * float(3);
 * ```
 */
export interface MetadataValueBuilders {
  /** A text. */
  text(text: string): PipesMetadataValue<"text">;
  /** An address, shown as a link. */
  url(url: string | PipesUrl): PipesMetadataValue<"url">;
  /** The path of a file or folder. */
  path(path: string): PipesMetadataValue<"path">;
  /** The path of a notebook. */
  notebook(path: string): PipesMetadataValue<"notebook">;
  /** An object, an array or null. */
  json<T extends object | null>(
    value: T extends PipesJson<T> ? T : PipesJson<T>,
  ): PipesMetadataValue<"json">;
  /** A text in Markdown. */
  md(markdown: string): PipesMetadataValue<"md">;
  /** A number that Dagster holds as a float, whole ones too; `NaN` and the infinities are taken. */
  float(value: number): PipesMetadataValue<"float">;
  /** A whole number, of up to 4,300 digits. */
  int(value: number | bigint): PipesMetadataValue<"int">;
  /** True or false. */
  bool(value: boolean): PipesMetadataValue<"bool">;
  /** The id of a run of Dagster. */
  dagsterRun(runId: string): PipesMetadataValue<"dagster_run">;
  /**
   * An asset. Throws where a part of the key holds a `/`, which Dagster cannot tell from two parts
   * here.
   */
  asset(key: PipesAssetKey): PipesMetadataValue<"asset">;
  /** Nothing. */
  null(): PipesMetadataValue<"null">;
  /** A point in time: seconds since the start of 1970 (UTC), or a `Date`. */
  timestamp(time: number | Date): PipesMetadataValue<"timestamp">;
  /** A table. Its columns, where they are not given, are inferred from the records. */
  table<R extends { readonly [K in keyof R]?: PipesTableCell }>(
    records: readonly R[],
    columns?: readonly PipesTableColumn[],
  ): PipesMetadataValue<"table">;
  /** The columns of a table. */
  tableSchema(columns: readonly PipesTableColumn[]): PipesMetadataValue<"table_schema">;
  /** For each column, the columns that it was made from. */
  tableColumnLineage(
    depsByColumn: Readonly<Record<string, readonly PipesTableColumnDep[]>>,
  ): PipesMetadataValue<"table_column_lineage">;
  /**
   * A picture, as Markdown that Dagster's UI shows it by: the text of an SVG, the bytes of a PNG,
   * JPEG, GIF or WebP, or the URL of one. Throws for anything else, and for a picture of which more
   * than 1 MiB would go into Dagster's event log.
   */
  image(
    image: string | Uint8Array | PipesUrl,
    options?: PipesImageOptions,
  ): PipesMetadataValue<"md">;
}
