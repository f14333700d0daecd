import type { PipesAssetKey } from "../types.ts";

/**
 * What one cell of a table may hold.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesTableCell } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const record: Record<string, PipesTableCell> = { id: 1, item: "ink", price: 7.25, sold: null };
 * assertEquals(MetadataValue.table([record]).rawValue.schema.length, 4);
 * ```
 */
export type PipesTableCell =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | PipesTableCellObject;

/**
 * What says by `toJSON` what its cell is, such as a `Date` or a decimal number of a library.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesTableCellObject } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const price: PipesTableCellObject = { toJSON: () => "7.25" };
 * assertEquals(MetadataValue.table([{ price }]).rawValue.schema[0]?.type, "string");
 * ```
 */
export interface PipesTableCellObject {
  /** The cell. */
  toJSON(key?: never): string | number | boolean | null;
}

/**
 * What holds for the values of a column.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesTableColumnConstraints } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const constraints: PipesTableColumnConstraints = { nullable: false, other: ["> 0"] };
 * const schema = MetadataValue.tableSchema([{ name: "price", type: "float", constraints }]);
 * assertEquals(schema.type, "table_schema");
 * ```
 */
export interface PipesTableColumnConstraints {
  /** Whether a value may be missing. Default: true. */
  readonly nullable?: boolean | undefined;
  /** Whether values must be unique. Default: false. */
  readonly unique?: boolean | undefined;
  /** Anything else, in words. */
  readonly other?: readonly string[] | undefined;
}

/**
 * A column of a table.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesTableColumn } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const columns: PipesTableColumn[] = [{ name: "price", type: "float", description: "in EUR" }];
 * assertEquals(MetadataValue.table([{ price: 3 }], columns).rawValue.schema, columns);
 * ```
 */
export interface PipesTableColumn {
  /** The column's name. */
  readonly name: string;
  /**
   * The type of its values, in any words. The cells of a column of type `float` are sent as floats.
   * Default: `"string"`.
   */
  readonly type?: string | undefined;
  /** What the column holds. */
  readonly description?: string | null | undefined;
  /** Tags of the column. */
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
  /** What holds for its values. */
  readonly constraints?: PipesTableColumnConstraints | null | undefined;
}

/**
 * A column that another column was made from.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesTableColumnDep } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const price: PipesTableColumnDep[] = [{ assetKey: ["raw", "orders"], columnName: "amount" }];
 * assertEquals(MetadataValue.tableColumnLineage({ price }).type, "table_column_lineage");
 * ```
 */
export interface PipesTableColumnDep {
  /** The asset that has the column. */
  readonly assetKey: PipesAssetKey;
  /** The column's name there. */
  readonly columnName: string;
}
