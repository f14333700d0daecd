/** The classes of Dagster's metadata, by the types that this package has for them. */
export const METADATA_CLASSES: Readonly<Record<string, string>> = {
  text: "TextMetadataValue",
  url: "UrlMetadataValue",
  path: "PathMetadataValue",
  notebook: "NotebookMetadataValue",
  json: "JsonMetadataValue",
  md: "MarkdownMetadataValue",
  float: "FloatMetadataValue",
  int: "IntMetadataValue",
  bool: "BoolMetadataValue",
  dagster_run: "DagsterRunMetadataValue",
  asset: "DagsterAssetMetadataValue",
  null: "NullMetadataValue",
  table: "TableMetadataValue",
  table_schema: "TableSchemaMetadataValue",
  table_column_lineage: "TableColumnLineageMetadataValue",
  timestamp: "TimestampMetadataValue",
};
