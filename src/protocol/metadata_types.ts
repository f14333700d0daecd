import type { PipesAssetKey } from "./types.ts";

/** The types of metadata that Dagster knows. `__infer__` leaves the type to Dagster. */
export const PIPES_METADATA_TYPES = [
  "__infer__",
  "text",
  "url",
  "path",
  "notebook",
  "json",
  "md",
  "float",
  "int",
  "bool",
  "dagster_run",
  "asset",
  "null",
  "table",
  "table_schema",
  "table_column_lineage",
  "timestamp",
] as const;

/** A type of metadata that Dagster knows. `__infer__` leaves the type to Dagster. */
export type PipesMetadataType = typeof PIPES_METADATA_TYPES[number];

/** What one cell of a table may hold. */
export type PipesTableCell = string | number | bigint | boolean | null;

/** What holds for the values of a column. */
export interface PipesTableColumnConstraints {
  /** Whether a value may be missing. Default: true. */
  readonly nullable?: boolean;
  /** Whether each value stands only once. Default: false. */
  readonly unique?: boolean;
  /** Anything else, in words. */
  readonly other?: readonly string[];
}

/** A column of a table. */
export interface PipesTableColumn {
  /** The column's name. */
  readonly name: string;
  /** The type of its values, in any words. The cells of a column of type `float` are sent as floats. Default: `"string"`. */
  readonly type?: string;
  /** What the column holds. */
  readonly description?: string | null;
  /** Tags of the column. */
  readonly tags?: Readonly<Record<string, string>> | null;
  /** What holds for its values. */
  readonly constraints?: PipesTableColumnConstraints | null;
}

/** A column that another column was made from. */
export interface PipesTableColumnDep {
  /** The asset that has the column. */
  readonly assetKey: PipesAssetKey;
  /** The column's name there. */
  readonly columnName: string;
}

/** The raw value of each type of metadata: the shape that Dagster reads. */
export interface PipesMetadataRawValues {
  __infer__: PipesMetadataRawValue;
  text: string;
  url: string | URL;
  path: string;
  notebook: string;
  json: object | null;
  md: string;
  float: number;
  int: number | bigint;
  bool: boolean;
  dagster_run: string;
  asset: string;
  null: null;
  table: {
    readonly records: readonly Readonly<Record<string, PipesTableCell>>[];
    readonly schema: readonly PipesTableColumn[];
  };
  table_schema: { readonly columns: readonly PipesTableColumn[] };
  table_column_lineage: {
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
  timestamp: number | Date;
}

/**
 * A value whose type Dagster finds out: text, a number, a boolean, null, or JSON. A `Date` is a timestamp, a `URL` a url, a
 * `bigint` an integer.
 */
export type PipesMetadataRawValue =
  | string
  | number
  | bigint
  | boolean
  | object
  | null;

/** A value of metadata together with its type. */
export interface PipesMetadataValue<
  T extends PipesMetadataType = PipesMetadataType,
> {
  /** The value, in the shape that Dagster reads. */
  readonly rawValue: PipesMetadataRawValues[T];
  /** The type. */
  readonly type: T;
}

/** The metadata of a report: values by their labels, raw or with a type. */
export type PipesMetadata = Readonly<
  Record<string, PipesMetadataRawValue | PipesMetadataValue>
>;
