import fc from "fast-check";
import type { Kit } from "./kit.ts";
import {
  boolean,
  keys,
  list,
  object,
  record,
  scalar,
  type Source,
  string,
  texts,
} from "./values.ts";

/**
 * Generators of tables, schemas of tables, and lineages, by the builders and in the wire's shape.
 */
export function makeTables({ wrong, any, assetKey }: Kit): readonly Source[] {
  const text = any(string);
  const column = (name: Source): Source =>
    any(object({
      name: any(name),
      "type?": any(fc.oneof(fc.constantFrom('"float"', '"int"', '"string"'), string)),
      "description?": text,
      "tags?": any(record(text)),
      "constraints?": any(object({
        "nullable?": any(boolean),
        "unique?": any(boolean),
        "other?": any(list(text, 2)),
      })),
    }));
  const fieldNames = fc.uniqueArray(keys, { maxLength: 3, selector: (key) => key.toWellFormed() });
  const cell = any(scalar);
  const row = (names: readonly string[]): Source =>
    any(
      fc.tuple(...names.map(() => cell)).map((cells) =>
        `{ ${names.map((name, i) => `[${JSON.stringify(name)}]: ${cells[i]}`).join(", ")} }`
      ),
    );
  const columns = (names: readonly string[]): Source =>
    any(
      fc.tuple(...names.map((name) => column(fc.constant(JSON.stringify(name)))))
        .map((texts) => `[${texts.join(", ")}]`),
    );
  const table = fieldNames.chain((names) =>
    fc.tuple(
      any(list(row(names), 4)),
      columns(names),
      fc.constantFrom("builder", "inferred", "wire"),
    ).map(([records, schema, form]) =>
      form === "wire"
        ? `{ raw_value: { records: ${records}, schema: ${schema} }, type: "table" }`
        : form === "builder"
        ? `MetadataValue.table(${records}, ${schema})`
        : `MetadataValue.table(${records})`
    )
  );
  const tableSchema = fieldNames.chain((names) =>
    fc.oneof(
      columns(names).map((schema) => `MetadataValue.tableSchema(${schema})`),
      columns(names).map((schema) => `{ rawValue: { columns: ${schema} }, type: "table_schema" }`),
    )
  );
  const deps = (key: string, column: string): Source =>
    any(
      fc.uniqueArray(fc.tuple(assetKey, texts), {
        maxLength: wrong === 0 ? 2 : 3,
        selector: ([, name]) => wrong === 0 ? name.toWellFormed() : {},
      }).chain((pairs) =>
        fc.tuple(...pairs.map(([asset, name]) =>
          any(object({
            [key]: fc.constant(asset),
            [column]: any(fc.constant(JSON.stringify(name))),
          }))
        ))
      ).map((sources) => `[${sources.join(", ")}]`),
    );
  const lineage = fc.oneof(
    any(record(deps("assetKey", "columnName"))).map((columns) =>
      `MetadataValue.tableColumnLineage(${columns})`
    ),
    any(record(deps("asset_key", "column_name"))).map((columns) =>
      `{ raw_value: { deps_by_column: ${columns} }, type: "table_column_lineage" }`
    ),
  );

  return [table, tableSchema, lineage];
}
