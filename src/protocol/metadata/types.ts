import type { PipesUrl } from "../../public_types.ts";
import type { PipesAssetKey, PipesJson, PipesObject, PipesScalar } from "../types.ts";
import type { PipesImageOptions } from "./image.ts";

/** A type of metadata that Dagster knows. `__infer__` leaves the type to Dagster. */
export type PipesMetadataType = keyof PipesMetadataRawValues;

/** The raw value of each type of metadata, in the shape that Dagster reads. */
export interface PipesMetadataRawValues {
  /** A value whose type Dagster infers. */
  __infer__: PipesMetadataRawValue;
  /** A text. */
  text: string;
  /** An address. */
  url: string | PipesUrl;
  /** The path of a file or folder. */
  path: string;
  /** The path of a notebook. */
  notebook: string;
  /** An object, an array, a string or null. */
  json: PipesObject | string | null;
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
  /** The rows, all with the same fields, and their columns. */
  table: {
    readonly records: readonly PipesObject[];
    readonly schema: readonly PipesTableColumn[];
  };
  /** The columns of a table. */
  table_schema: { readonly columns: readonly PipesTableColumn[] };
  /** For each column, the columns that it was made from. */
  table_column_lineage: {
    readonly deps_by_column: {
      readonly [column: string]: readonly {
        readonly asset_key: PipesAssetKey;
        readonly column_name: string;
      }[];
    };
  };
  /** Seconds since the start of 1970 (UTC), or a `Date`. */
  timestamp: number | Date;
}

/**
 * A value whose type is inferred: text, a number, a boolean, null, or JSON. A `Date` becomes a
 * timestamp, a `URL` a url, a `bigint` an integer.
 */
export type PipesMetadataRawValue = PipesScalar | PipesObject;

/** A metadata value together with its type. */
export interface PipesMetadataValue<T extends PipesMetadataType = PipesMetadataType> {
  /** The value, in the shape that Dagster reads. */
  readonly rawValue: PipesMetadataRawValues[T];
  /** The type. */
  readonly type: T;
}

/** The metadata of a report: values by their labels, raw or with a type. */
export type PipesMetadata = Readonly<Record<string, PipesMetadataRawValue | PipesMetadataValue>>;

/**
 * The metadata of a report whose type names the labels. Each value that JSON cannot hold becomes a
 * text that states what to do, so that the compiler refuses it.
 */
export type PipesMetadataOf<M> = M extends readonly unknown[] ? "an array: give its values labels"
  : {
    readonly [K in keyof M]: M[K] extends { readonly type: PipesMetadataType } ? M[K]
      : PipesJson<M[K]>;
  };

/** The builders of `MetadataValue`. */
export interface MetadataValueBuilders {
  /** A text. */
  text(text: string): PipesMetadataValue<"text">;
  /** An address, shown as a link. */
  url(url: string | PipesUrl): PipesMetadataValue<"url">;
  /** The path of a file or folder. */
  path(path: string): PipesMetadataValue<"path">;
  /** The path of a notebook. */
  notebook(path: string): PipesMetadataValue<"notebook">;
  /** An object, an array, a string or null. */
  json<T extends object | string | null>(
    value: T extends PipesJson<T> ? T : PipesJson<T>,
  ): PipesMetadataValue<"json">;
  /** A text in Markdown. */
  md(markdown: string): PipesMetadataValue<"md">;
  /** A number that Dagster stores as a float, even if it is whole. `NaN` and infinities pass. */
  float(value: number): PipesMetadataValue<"float">;
  /** A whole number, of up to 4,300 digits. */
  int(value: number | bigint): PipesMetadataValue<"int">;
  /** True or false. */
  bool(value: boolean): PipesMetadataValue<"bool">;
  /** The id of a run of Dagster. */
  dagsterRun(runId: string): PipesMetadataValue<"dagster_run">;
  /** An asset. Throws if a part of the key holds a `/`: Dagster would read two parts. */
  asset(key: PipesAssetKey): PipesMetadataValue<"asset">;
  /** Nothing. */
  null(): PipesMetadataValue<"null">;
  /** A point in time: seconds since the start of 1970 (UTC), or a `Date`. */
  timestamp(time: number | Date): PipesMetadataValue<"timestamp">;
  /** A table. Without columns, they are inferred from the records. */
  table<R extends { readonly [K in keyof R]?: PipesTableCell }>(
    records: readonly R[],
    columns?: readonly PipesTableColumn[],
  ): PipesMetadataValue<"table">;
  /** The columns of a table. */
  tableSchema(columns: readonly PipesTableColumn[]): PipesMetadataValue<"table_schema">;
  /** The columns that each column was made from. */
  tableColumnLineage(
    depsByColumn: Readonly<Record<string, readonly PipesTableColumnDep[]>>,
  ): PipesMetadataValue<"table_column_lineage">;
  /**
   * An image, as Markdown that Dagster's UI shows: the text of an SVG, the bytes of a PNG, JPEG, GIF
   * or WebP, or the URL of one. Throws for anything else, and for an image that would take more than
   * 1 MiB of Dagster's event log.
   */
  image(
    image: string | Uint8Array | PipesUrl,
    options?: PipesImageOptions,
  ): PipesMetadataValue<"md">;
}

/** The value of one cell of a table. */
export type PipesTableCell =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | PipesTableCellObject;

/** An object whose `toJSON` returns the cell, such as a `Date` or a library's decimal number. */
export interface PipesTableCellObject {
  /** The cell. */
  toJSON(key?: never): string | number | boolean | null;
}

/** The constraints on the values of a column. */
export interface PipesTableColumnConstraints {
  /**
   * Whether a value may be missing.
   *
   * @default {true}
   */
  readonly nullable?: boolean | undefined;
  /**
   * Whether values must be unique.
   *
   * @default {false}
   */
  readonly unique?: boolean | undefined;
  /** Other constraints, as free text. */
  readonly other?: readonly string[] | undefined;
}

/** A column of a table. */
export interface PipesTableColumn {
  /** The column's name. */
  readonly name: string;
  /**
   * The type of its values, as free text. The cells of a column of type `float` are sent as floats.
   *
   * @default {"string"}
   */
  readonly type?: string | undefined;
  /** What the column holds. */
  readonly description?: string | null | undefined;
  /** Tags of the column. */
  readonly tags?: Readonly<Record<string, string>> | null | undefined;
  /** The constraints on its values. */
  readonly constraints?: PipesTableColumnConstraints | null | undefined;
}

/** A column that another column was made from. */
export interface PipesTableColumnDep {
  /** The asset that has the column. */
  readonly assetKey: PipesAssetKey;
  /** The column's name there. */
  readonly columnName: string;
}
