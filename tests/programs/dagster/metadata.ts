/** Materializes the asset with the metadata that its argument names. */
import process from "node:process";
import {
  MetadataValue,
  type PipesMetadata,
  pipesMetadataValue,
  withDagsterPipes,
} from "@dagsterpipes/pipes";

const COLUMNS = [
  {
    name: "id",
    type: "int",
    description: "who",
    tags: { unit: "none" },
    constraints: { nullable: false, unique: true, other: ["positive"] },
  },
  { name: "price", type: "float" },
];

const SETS: Record<string, PipesMetadata> = {
  builders: {
    text: MetadataValue.text("plain"),
    url: MetadataValue.url("https://example.com/a?b=c"),
    path: MetadataValue.path("/tmp/out.csv"),
    notebook: MetadataValue.notebook("/tmp/book.ipynb"),
    json: MetadataValue.json({ a: [1, 1.5, "x", null, true] }),
    md: MetadataValue.md("# Title\n\n*text*"),
    float: MetadataValue.float(1),
    int: MetadataValue.int(3),
    bool: MetadataValue.bool(false),
    run: MetadataValue.dagsterRun("db892d7f-0031-4747-973d-22e8b9095d9d"),
    asset: MetadataValue.asset(["a", "b"]),
    null: MetadataValue.null(),
    timestamp: MetadataValue.timestamp(1_700_000_000),
    table: MetadataValue.table([{ id: 1, price: 2 }, { id: 2, price: 2.5 }], COLUMNS),
    schema: MetadataValue.tableSchema(COLUMNS),
    lineage: MetadataValue.tableColumnLineage({
      total: [{ assetKey: ["a/b", "c"], columnName: "price" }],
    }),
  },
  types: {
    text: pipesMetadataValue("plain", "text"),
    url: pipesMetadataValue("https://example.com/", "url"),
    path: pipesMetadataValue("/tmp/out.csv", "path"),
    notebook: pipesMetadataValue("/tmp/book.ipynb", "notebook"),
    json: pipesMetadataValue([1, { a: null }], "json"),
    md: pipesMetadataValue("*text*", "md"),
    float: pipesMetadataValue(0.1, "float"),
    int: pipesMetadataValue(-5, "int"),
    bool: pipesMetadataValue(true, "bool"),
    run: pipesMetadataValue("db892d7f", "dagster_run"),
    asset: pipesMetadataValue("a/b", "asset"),
    null: pipesMetadataValue(null, "null"),
    timestamp: pipesMetadataValue(new Date(1_700_000_000_500), "timestamp"),
    table: pipesMetadataValue({
      records: [{ id: 1 }],
      schema: [{ name: "id", type: "int" }],
    }, "table"),
    schema: pipesMetadataValue({ columns: [{ name: "id", type: "int" }] }, "table_schema"),
    lineage: pipesMetadataValue(
      { deps_by_column: { total: [{ asset_key: ["a", "b"], column_name: "price" }] } },
      "table_column_lineage",
    ),
    infer: pipesMetadataValue("guess", "__infer__"),
  },
  raw: {
    string: "text",
    empty: "",
    whole: 3,
    fraction: 1.5,
    negative: -7,
    zero: 0,
    large: 2 ** 53,
    bigint: 2n ** 70n,
    true: true,
    false: false,
    null: null,
    array: [1, "a", null],
    object: { nested: { deep: [true] } },
    date: new Date(1_700_000_000_000),
    url: new URL("https://example.com/path"),
    nan: NaN,
    infinity: Infinity,
    negativeInfinity: -Infinity,
    wireShape: { raw_value: 2, type: "float" },
  },
  exact: {
    wholeFloat: MetadataValue.float(3),
    largeFloat: MetadataValue.float(1e21),
    smallFloat: MetadataValue.float(5e-324),
    minusZero: MetadataValue.float(-0),
    nan: MetadataValue.float(NaN),
    infinity: MetadataValue.float(Infinity),
    negativeInfinity: MetadataValue.float(-Infinity),
    manyDigits: MetadataValue.int(123456789012345678901234567890n),
    largeInt: MetadataValue.int(1e21),
    fractionOfSecond: MetadataValue.timestamp(1_700_000_000.25),
  },
  inferred_columns: {
    table: MetadataValue.table([
      { whole: 1, mixed: 2, text: "a", flag: true, nothing: null },
      { whole: 2, mixed: 2.5, text: null, flag: false, nothing: null },
    ]),
    empty: MetadataValue.table([]),
  },
};

const metadata = SETS[process.argv[2] ?? ""];
await withDagsterPipes((pipes) => pipes.reportAssetMaterialization({ metadata }));
