import fc from "fast-check";
import {
  anyFloat,
  bigint,
  boolean,
  finite,
  hostile,
  json,
  keys,
  list,
  object,
  record,
  scalar,
  type Source,
  string,
  texts,
  whole,
} from "./values.ts";

/** One call of a context's method, with the source text of its arguments. */
export interface Call {
  readonly method: string;
  readonly args: readonly string[];
}

/** A call as it would stand in a script. */
export function sourceOf({ method, args }: Call): string {
  return `pipes.${method}(${args.join(", ")})`;
}

const keyParts = fc.array(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 4 }),
    texts.filter((text) => text !== ""),
    fc.constantFrom("a/b", "c\\d", "\\", "/", "\\/", "e\\"),
  ),
  { minLength: 1, maxLength: 3 },
);

/**
 * Generators of calls.
 *
 * @param wrong How many of a hundred values are replaced by one that does not belong there.
 */
export function makeCalls(wrong: number): fc.Arbitrary<Call> {
  /** A value that is right, or with bad luck anything. */
  const any = (right: Source): Source =>
    wrong === 0 ? right : fc.oneof(
      { weight: 100 - wrong, arbitrary: right },
      { weight: wrong, arbitrary: hostile },
    );
  const text = any(string);

  const assetKey = any(fc.oneof(
    keyParts.map((parts) => JSON.stringify(parts)),
    keyParts.map((parts) =>
      JSON.stringify(
        parts.map((part) => part.replace(/[\\/]/g, "\\$&")).join("/"),
      )
    ),
  ));
  const strangeKey = fc.constantFrom(
    '""',
    "[]",
    '["a", ""]',
    '"a//b"',
    '"a\\\\"',
    '["a", , "b"]',
  );
  const reportKey = wrong === 0 ? assetKey : fc.oneof(
    { weight: 30, arbitrary: assetKey },
    { weight: 1, arbitrary: strangeKey },
  );

  const column = (name: Source): Source =>
    any(object({
      name: any(name),
      "type?": any(
        fc.oneof(fc.constantFrom('"float"', '"int"', '"string"'), string),
      ),
      "description?": text,
      "tags?": any(record(text)),
      "constraints?": any(object({
        "nullable?": any(boolean),
        "unique?": any(boolean),
        "other?": any(list(text, 2)),
      })),
    }));
  const fieldNames = fc.uniqueArray(keys, {
    maxLength: 3,
    selector: (key) => key.toWellFormed(),
  });
  const cell = any(scalar);
  const row = (names: readonly string[]): Source =>
    any(
      fc.tuple(...names.map(() => cell)).map((cells) =>
        `{ ${
          names.map((name, i) => `[${JSON.stringify(name)}]: ${cells[i]}`)
            .join(", ")
        } }`
      ),
    );
  const columns = (names: readonly string[]): Source =>
    any(
      fc.tuple(
        ...names.map((name) => column(fc.constant(JSON.stringify(name)))),
      )
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
      columns(names).map((schema) =>
        `{ rawValue: { columns: ${schema} }, type: "table_schema" }`
      ),
    )
  );
  const deps = (key: string, column: string): Source =>
    any(
      fc.uniqueArray(fc.tuple(reportKey, texts), {
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

  const jsonObject = fc.oneof(list(json, 3), record(json), fc.constant("null"));
  const time = fc.oneof(
    finite,
    fc.integer({ min: -8.64e15, max: 8.64e15 }).map((ms) => `new Date(${ms})`),
  );
  const url = fc.oneof(string, fc.constant('new URL("https://example.com/ä")'));
  const assetText = fc.array(
    fc.string({ minLength: 1, maxLength: 4 }).map((part) =>
      part.replace(/[\\/]/g, "x")
    ),
    { minLength: 1, maxLength: 3 },
  ).map((parts) => JSON.stringify(parts.join("/")));
  const typed: readonly [string, string, Source][] = [
    ["text", "text", string],
    ["url", "url", url],
    ["path", "path", string],
    ["notebook", "notebook", string],
    ["md", "md", string],
    ["json", "json", jsonObject],
    ["float", "float", anyFloat],
    ["int", "int", fc.oneof(whole, bigint)],
    ["bool", "bool", boolean],
    ["dagsterRun", "dagster_run", string],
    ["asset", "asset", wrong === 0 ? assetText : fc.oneof(assetText, string)],
    ["timestamp", "timestamp", time],
  ];
  const value: Source = fc.oneof(
    { weight: 3, arbitrary: any(json) },
    { weight: 1, arbitrary: any(anyFloat) },
    {
      weight: 4,
      arbitrary: fc.constantFrom(...typed).chain(([builder, type, right]) =>
        fc.tuple(any(right), fc.constantFrom(0, 1, 2, 3)).map(([raw, form]) =>
          [
            `MetadataValue.${builder}(${raw})`,
            `pipesMetadataValue(${raw}, "${type}")`,
            `{ raw_value: ${raw}, type: "${type}" }`,
            `{ type: "${type}", rawValue: ${raw} }`,
          ][form]!
        )
      ),
    },
    { weight: 1, arbitrary: fc.constant("MetadataValue.null()") },
    { weight: 2, arbitrary: table },
    { weight: 1, arbitrary: tableSchema },
    { weight: 1, arbitrary: lineage },
    ...(wrong === 0 ? [] : [{
      weight: 1,
      arbitrary: fc.tuple(
        hostile,
        fc.oneof(
          string,
          hostile,
          fc.constantFrom(...typed).map((t) => `"${t[1]}"`),
        ),
      ).map(([raw, type]) => `{ rawValue: ${raw}, type: ${type} }`),
    }]),
  );
  const metadata = any(record(value));

  const error = fc.oneof(
    string.map((message) => `new Error(${message})`),
    fc.tuple(string, string).map(([message, cause]) =>
      `new TypeError(${message}, { cause: new Error(${cause}) })`
    ),
    string.map((message) =>
      `new AggregateError([new Error(${message}), 1, null], "several")`
    ),
    string,
    json,
    hostile,
  );
  const level = any(
    fc.constantFrom('"DEBUG"', '"info"', '"Warning"', '"ERROR"', '"critical"'),
  );
  const call = (method: string, ...args: Source[]): fc.Arbitrary<Call> =>
    fc.tuple(...args).map((sources) => ({ method, args: sources }));

  return fc.oneof(
    { weight: 2, arbitrary: call("log", text) },
    { weight: 2, arbitrary: call("log", text, level) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        "debug",
        "info",
        "warning",
        "error",
        "critical",
      )
        .chain((name) =>
          fc.oneof(call(`log.${name}`, text), call(`log.${name}`, text, error))
        ),
    },
    {
      weight: 8,
      arbitrary: call(
        "reportAssetMaterialization",
        any(object({
          "metadata?": metadata,
          "dataVersion?": any(
            string.filter((source) => source !== '""'),
          ),
          assetKey: reportKey,
        })),
      ),
    },
    {
      weight: 6,
      arbitrary: call(
        "reportAssetCheck",
        any(object({
          checkName: text,
          passed: any(boolean),
          "severity?": any(fc.constantFrom('"WARN"', '"ERROR"')),
          "metadata?": metadata,
          assetKey: reportKey,
        })),
      ),
    },
    { weight: 4, arbitrary: call("reportCustomMessage", any(json)) },
    {
      weight: 3,
      arbitrary: call(
        "logExternalStream",
        any(fc.constantFrom('"stdout"', '"stderr"')),
        text,
        any(record(json)),
      ),
    },
    {
      weight: wrong === 0 ? 0 : 1,
      arbitrary: fc.oneof(call("close"), call("close", error)),
    },
  );
}
