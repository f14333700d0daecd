import type { PipesUrl } from "../../global_types.ts";
import type { PipesJson, PipesObject, PipesScalar } from "../json_types.ts";
import type { PipesAssetKey } from "../types.ts";

/**
 * A type of metadata that Dagster knows. `__infer__` leaves the type to Dagster.
 *
 * @example
 * ```ts
 * import { type PipesMetadataType, pipesMetadataValue } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const type: PipesMetadataType = "md";
 * assertEquals(pipesMetadataValue("# Title", type).type, "md");
 * ```
 */
export type PipesMetadataType = keyof PipesMetadataRawValues;

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

/**
 * The raw value of each type of metadata: the shape that Dagster reads.
 *
 * @example
 * ```ts
 * import { type PipesMetadataRawValues, pipesMetadataValue } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const columns: PipesMetadataRawValues["table_schema"] = { columns: [{ name: "id" }] };
 * assertEquals(pipesMetadataValue(columns, "table_schema").rawValue, columns);
 * ```
 */
export interface PipesMetadataRawValues {
  /** Anything that Dagster can tell the type of. */
  __infer__: PipesMetadataRawValue;
  /** A text. */
  text: string;
  /** An address. */
  url: string | PipesUrl;
  /** The path of a file or folder. */
  path: string;
  /** The path of a notebook. */
  notebook: string;
  /** An object, an array or null. */
  json: PipesObject | null;
  /** A text in Markdown. */
  md: string;
  /** A number. */
  float: number;
  /** A whole number. */
  int: number | bigint;
  /** True or false. */
  bool: boolean;
  /** The id of a run. */
  dagster_run: string;
  /** An asset key, its parts joined by `/`. */
  asset: string;
  /** Nothing. */
  null: null;
  /** Rows, and the columns that they have. */
  table: {
    /** The rows, all with the same fields. */
    readonly records: readonly PipesObject[];
    /** The columns. */
    readonly schema: readonly PipesTableColumn[];
  };
  /** The columns of a table. */
  table_schema: {
    /** The columns. */
    readonly columns: readonly PipesTableColumn[];
  };
  /** For each column, the columns that it was made from. */
  table_column_lineage: {
    /** The columns that each column was made from. */
    readonly deps_by_column: Readonly<
      Record<
        string,
        readonly {
          readonly asset_key: PipesAssetKey;
          readonly column_name: string;
        }[]
      >
    >;
  };
  /** Seconds since the start of 1970 (UTC), or a `Date`. */
  timestamp: number | Date;
}

/**
 * A value whose type Dagster finds out: text, a number, a boolean, null, or JSON. A `Date` is a
 * timestamp, a `URL` a url, a `bigint` an integer.
 *
 * @example
 * ```ts
 * import { type PipesMetadataRawValue, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const values: Record<string, PipesMetadataRawValue> = { rows: 120, loaded: new Date(0) };
 * await withDagsterPipes((pipes) => pipes.reportAssetMaterialization({ metadata: values }));
 * ```
 */
export type PipesMetadataRawValue = PipesScalar | PipesObject;

/**
 * A value of metadata together with its type.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesMetadataValue } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * function share(part: number, whole: number): PipesMetadataValue<"float"> {
 *   return MetadataValue.float(part / whole);
 * }
 * assertEquals(share(1, 4).rawValue, 0.25);
 * ```
 */
export interface PipesMetadataValue<
  T extends PipesMetadataType = PipesMetadataType,
> {
  /** The value, in the shape that Dagster reads. */
  readonly rawValue: PipesMetadataRawValues[T];
  /** The type. */
  readonly type: T;
}

/**
 * The metadata of a report: values by their labels, raw or with a type.
 *
 * @example
 * ```ts
 * import { MetadataValue, type PipesMetadata, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const metadata: PipesMetadata = { rows: 120, share: MetadataValue.float(1) };
 * await withDagsterPipes((pipes) => pipes.reportAssetMaterialization({ metadata }));
 * ```
 */
export type PipesMetadata = Readonly<Record<string, PipesMetadataRawValue | PipesMetadataValue>>;

/**
 * The metadata of a report, of a type that names its labels: each value as it is, but for what is no
 * JSON.
 *
 * @example
 * ```ts
 * import { type PipesMetadataOf, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * interface Counts {
 *   rows: number;
 *   skipped?: number;
 * }
 *
 * const metadata: PipesMetadataOf<Counts> = { rows: 120 };
 * await withDagsterPipes((pipes) => pipes.reportAssetMaterialization({ metadata }));
 * ```
 */
export type PipesMetadataOf<M> = M extends readonly unknown[] ? "an array: give its values labels"
  : {
    readonly [K in keyof M]: M[K] extends { readonly type: PipesMetadataType } ? M[K]
      : PipesJson<M[K]>;
  };
