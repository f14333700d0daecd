import { assertEquals } from "@std/assert";
import { type DagsterRuns, scenario } from "../suite.ts";
import { assertClean } from "./reports.ts";

/** The repr of each metadata value that Dagster stored for one of the program's sets. */
async function stored(dagster: DagsterRuns, set: string): Promise<Record<string, string>> {
  const run = await dagster.one({ program: "metadata.ts", args: [set] });
  assertClean(run);
  const [materialization] = run.materializations;
  return Object.fromEntries(
    Object.entries(materialization?.metadata ?? {}).map(([label, { repr }]) => [label, repr]),
  );
}

const PLAIN_COLUMN =
  "description=None, constraints=TableColumnConstraints(nullable=True, unique=False, other=[]), tags={}";
const ID_COLUMN = "TableColumn(name='id', type='int', description='who', " +
  "constraints=TableColumnConstraints(nullable=False, unique=True, other=['positive']), tags={'unit': 'none'})";
const PRICE_COLUMN = `TableColumn(name='price', type='float', ${PLAIN_COLUMN})`;
const NO_CONSTRAINTS = "constraints=TableConstraints(other=[])";

scenario(
  "the builders of all sixteen types arrive as Dagster's own values",
  async (dagster) => {
    assertEquals(await stored(dagster, "builders"), {
      text: "TextMetadataValue(text='plain')",
      url: "UrlMetadataValue(url='https://example.com/a?b=c')",
      path: "PathMetadataValue(fspath='/tmp/out.csv')",
      notebook: "NotebookMetadataValue(fspath='/tmp/book.ipynb')",
      json: "JsonMetadataValue(data={'a': [1, 1.5, 'x', None, True]})",
      md: "MarkdownMetadataValue(md_str='# Title\\n\\n*text*')",
      float: "FloatMetadataValue(value=1.0)",
      int: "IntMetadataValue(value=3)",
      bool: "BoolMetadataValue(value=False)",
      run: "DagsterRunMetadataValue(run_id='db892d7f-0031-4747-973d-22e8b9095d9d')",
      asset: "DagsterAssetMetadataValue(asset_key=AssetKey(['a', 'b']))",
      null: "NullMetadataValue()",
      timestamp: "TimestampMetadataValue(value=1700000000.0)",
      table: "TableMetadataValue(records=[TableRecord(data={'id': 1, 'price': 2.0}), " +
        "TableRecord(data={'id': 2, 'price': 2.5})], " +
        `schema=TableSchema(columns=[${ID_COLUMN}, ${PRICE_COLUMN}], ${NO_CONSTRAINTS}))`,
      schema:
        `TableSchemaMetadataValue(schema=TableSchema(columns=[${ID_COLUMN}, ${PRICE_COLUMN}], ${NO_CONSTRAINTS}))`,
      lineage: "TableColumnLineageMetadataValue(lineage=TableColumnLineage(deps_by_column=" +
        "{'total': [TableColumnDep(asset_key=AssetKey(['a/b', 'c']), column_name='price')]}))",
    });
  },
);

scenario(
  "every type that pipesMetadataValue takes arrives as Dagster's own value",
  async (dagster) => {
    const column = `TableColumn(name='id', type='int', ${PLAIN_COLUMN})`;
    assertEquals(await stored(dagster, "types"), {
      text: "TextMetadataValue(text='plain')",
      url: "UrlMetadataValue(url='https://example.com/')",
      path: "PathMetadataValue(fspath='/tmp/out.csv')",
      notebook: "NotebookMetadataValue(fspath='/tmp/book.ipynb')",
      json: "JsonMetadataValue(data=[1, {'a': None}])",
      md: "MarkdownMetadataValue(md_str='*text*')",
      float: "FloatMetadataValue(value=0.1)",
      int: "IntMetadataValue(value=-5)",
      bool: "BoolMetadataValue(value=True)",
      run: "DagsterRunMetadataValue(run_id='db892d7f')",
      asset: "DagsterAssetMetadataValue(asset_key=AssetKey(['a', 'b']))",
      null: "NullMetadataValue()",
      timestamp: "TimestampMetadataValue(value=1700000000.5)",
      table:
        `TableMetadataValue(records=[TableRecord(data={'id': 1})], schema=TableSchema(columns=[${column}], ${NO_CONSTRAINTS}))`,
      schema:
        `TableSchemaMetadataValue(schema=TableSchema(columns=[${column}], ${NO_CONSTRAINTS}))`,
      lineage: "TableColumnLineageMetadataValue(lineage=TableColumnLineage(deps_by_column=" +
        "{'total': [TableColumnDep(asset_key=AssetKey(['a', 'b']), column_name='price')]}))",
      infer: "TextMetadataValue(text='guess')",
    });
  },
);

scenario(
  "raw values of every kind get the type that fits them",
  async (dagster) => {
    assertEquals(await stored(dagster, "raw"), {
      string: "TextMetadataValue(text='text')",
      empty: "TextMetadataValue(text='')",
      whole: "IntMetadataValue(value=3)",
      fraction: "FloatMetadataValue(value=1.5)",
      negative: "IntMetadataValue(value=-7)",
      zero: "IntMetadataValue(value=0)",
      large: "IntMetadataValue(value=9007199254740992)",
      bigint: "IntMetadataValue(value=1180591620717411303424)",
      true: "BoolMetadataValue(value=True)",
      false: "BoolMetadataValue(value=False)",
      null: "NullMetadataValue()",
      array: "JsonMetadataValue(data=[1, 'a', None])",
      object: "JsonMetadataValue(data={'nested': {'deep': [True]}})",
      date: "TimestampMetadataValue(value=1700000000.0)",
      url: "UrlMetadataValue(url='https://example.com/path')",
      nan: "FloatMetadataValue(value=nan)",
      infinity: "FloatMetadataValue(value=inf)",
      negativeInfinity: "FloatMetadataValue(value=-inf)",
      wireShape: "FloatMetadataValue(value=2.0)",
    });
  },
);

scenario("numbers at the edges arrive exactly", async (dagster) => {
  assertEquals(await stored(dagster, "exact"), {
    wholeFloat: "FloatMetadataValue(value=3.0)",
    largeFloat: "FloatMetadataValue(value=1e+21)",
    smallFloat: "FloatMetadataValue(value=5e-324)",
    minusZero: "FloatMetadataValue(value=-0.0)",
    nan: "FloatMetadataValue(value=nan)",
    infinity: "FloatMetadataValue(value=inf)",
    negativeInfinity: "FloatMetadataValue(value=-inf)",
    manyDigits: "IntMetadataValue(value=123456789012345678901234567890)",
    largeInt: "IntMetadataValue(value=1000000000000000000000)",
    fractionOfSecond: "TimestampMetadataValue(value=1700000000.25)",
  });
});

scenario(
  "columns left out of a table are inferred from its records",
  async (dagster) => {
    const columns = [["whole", "int"], ["mixed", "float"], ["text", "string"], [
      "flag",
      "bool",
    ], ["nothing", "string"]]
      .map(([name, type]) => `TableColumn(name='${name}', type='${type}', ${PLAIN_COLUMN})`);
    assertEquals(await stored(dagster, "inferred_columns"), {
      // Dagster sorts the fields of a record where it stores it.
      table: "TableMetadataValue(records=[" +
        "TableRecord(data={'flag': True, 'mixed': 2.0, 'nothing': None, 'text': 'a', 'whole': 1}), " +
        "TableRecord(data={'flag': False, 'mixed': 2.5, 'nothing': None, 'text': None, 'whole': 2})], " +
        `schema=TableSchema(columns=[${columns.join(", ")}], ${NO_CONSTRAINTS}))`,
      empty: `TableMetadataValue(records=[], schema=TableSchema(columns=[], ${NO_CONSTRAINTS}))`,
    });
  },
);
