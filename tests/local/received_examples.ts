/**
 * Lines that a program of any language may write: those that Dagster's reader takes, those that it
 * dies of, and those that it takes to the harm of others. Dagster itself is asked whether that is
 * so in `tests/fuzz/received_test.ts`.
 *
 * @module
 */

/** A line that is refused, and what is said of it. */
export type Refused = readonly [line: string, problem: string];

/** A message as most programs write it. */
export function message(method: string, params: string): string {
  return `{"__dagster_pipes_version":"0.1","method":"${method}","params":${params}}`;
}

/** A report with a single value of metadata, called `v`. */
export function metadata(raw: string, type: string): string {
  return report(`{"v":{"raw_value":${raw},"type":"${type}"}}`);
}

function report(metadata: string): string {
  return message(
    "report_asset_materialization",
    `{"asset_key":"a","data_version":null,"metadata":${metadata}}`,
  );
}

function check(fields: string): string {
  return message("report_asset_check", `{"asset_key":"a",${fields},"metadata":null}`);
}

function exception(fields: string): string {
  return message("closed", `{"exception":${fields}}`);
}

function table(records: string, schema: string): string {
  return metadata(`{"records":${records},"schema":${schema}}`, "table");
}

function columns(column: string): string {
  return metadata(`{"columns":[{"name":"a","type":"t"${column}}]}`, "table_schema");
}

function lineage(deps: string): string {
  return metadata(`{"deps_by_column":{"c":${deps}}}`, "table_column_lineage");
}

/** An empty array in so many others. */
export function nested(levels: number): string {
  return "[".repeat(levels) + "]".repeat(levels);
}

/** An exception with so many causes, one below the other. */
export function causes(count: number): string {
  const head = '{"message":"m","stack":[],"name":"E","context":null,"cause":';
  return exception(head.repeat(count + 1) + "null" + "}".repeat(count + 1));
}

const LOG = message("log", '{"message":"x","level":"INFO"}');
const DEP = '{"asset_key":["a","b"],"column_name":"x"}';

/** What Dagster's reader takes, and stores as it is. */
export const GOOD: readonly string[] = [
  ...["", "\n", "\r\n", "\r", " \n"].map((end) => LOG + end),
  ` { "method" : "log" ,\t"params":{"level":"INFO","message":"x"},"__dagster_pipes_version":1,"more":{}}`,
  message("log", '{"message":"x"}'),
  ...['"debug"', '"Warn"', '"FATAL"', "10", "50"].map((level) =>
    message("log", `{"message":"\\u00e4\\ud83d\\ude00😀\u2028","level":${level}}`)
  ),
  message("log", '{"m\\u0065ssage":"x"}'),
  message("log", '{"message":"x","level":1e999,"level":"INFO"}'),
  message("log_external_stream", '{"stream":"stdout","text":"x\\r\\n","extras":{}}'),
  message("log_external_stream", '{"stream":"stderr","text":""}'),
  message("log_external_stream", '{"stream":"stderr","text":"\\\\ud800","extras":3}'),
  message("opened", '{"extras":{"a":[1]}}'),
  message("opened", "null"),
  ...["{}", "null", "[]", '{"more":1}', '""', '["x"]'].map((params) => message("closed", params)),
  exception('{"message":"m","stack":["a\\n"],"name":null,"cause":null,"context":null,"more":1}'),
  exception('{"message":"","stack":"a\\nb\\n","name":"E","cause":{},"context":[]}'),
  causes(300),
  message("report_custom_message", '{"payload":{"__class__":[NaN,-Infinity,1e400,null]}}'),
  message("report_custom_message", `{"payload":${nested(300)}}`),
  message("report_custom_message", `{"payload":[${"9".repeat(4300)},-${"9".repeat(4300)}]}`),
  message("report_custom_message", `{"payload":0.${"9".repeat(5000)}}`),
  check('"check_name":"","passed":true,"severity":"WARN"'),
  check('"severity":"ERROR","passed":false,"check_name":"c"'),
  message("report_asset_materialization", '{"asset_key":"","data_version":"","metadata":{}}'),
  report("null"),
  report('{"__class__":{"raw_value":1,"type":"int","more":1},"":{"type":"null","raw_value":[]}}'),
  ...["3", "-0", "3.0", "1e5", "NaN", "Infinity", "true", "null", '"s"', "[]", "{}"].map((raw) =>
    metadata(raw, "__infer__")
  ),
  ...["text", "url", "path", "notebook", "md"].flatMap((type) =>
    ['"s"', "null"].map((raw) => metadata(raw, type))
  ),
  ...["dagster_run", "asset"].map((type) => metadata('"/"', type)),
  ...["[1,2.5]", '{"a":null}', "null", '"s"', nested(380)].map((raw) => metadata(raw, "json")),
  ...["3.0", "-0.0", "1e5", "NaN", "-Infinity", "1e400", "null"].map((raw) =>
    metadata(raw, "float")
  ),
  ...["3", "-0", "1" + "0".repeat(40), "true", "null"].map((raw) => metadata(raw, "int")),
  ...["true", "null"].map((raw) => metadata(raw, "bool")),
  ...["3", "3.5", "false", "1" + "0".repeat(308)].map((raw) => metadata(raw, "timestamp")),
  ...["[]", "{}", '""'].map((none) => table(none, none)),
  table('[{"a":1,"b":null},{"b":"x","a":2.5}]', '[{"name":"a","type":"int","more":1}]'),
  columns(',"description":null,"tags":null,"constraints":null'),
  columns(',"tags":{"k":"v"},"constraints":{"nullable":true,"unique":false,"other":["x"]}'),
  ...["0", "[]", '""', '{"other":null}'].map((value) => columns(`,"constraints":${value}`)),
  ...["[]", "{}", '""', `[${DEP}]`, '[{"asset_key":[],"column_name":""}]'].map(lineage),
  lineage(`[${DEP},{"asset_key":"a/b","column_name":"x"}]`),
];

/** What ends Dagster's reader. */
export const KILLING: readonly Refused[] = [
  ["", "the line is blank"],
  [" \t", "the line is blank"],
  [LOG.slice(0, -1), 'the line is not JSON that Python reads, or half of it: expected "," or "}"'],
  [LOG + LOG, "the line is not JSON that Python reads"],
  [`\ufeff${LOG}`, "the line is not JSON that Python reads"],
  [LOG.replace(",", ",\r"), "the line has a line end inside"],
  [`${LOG}\r\r\n`, "the line has a line end inside"],
  [LOG.replace("x", "\t"), "the line is not JSON that Python reads"],
  ["some text", "the line is not JSON that Python reads"],
  ["[]", "the line: must be an object, got an array"],
  ["3", "the line: must be an object, got the integer 3"],
  ["{}", "__dagster_pipes_version: is missing"],
  ['{"__dagster_pipes_version":"0.1","params":{}}', "method: is missing"],
  ['{"__dagster_pipes_version":"0.1","method":"closed"}', "params: is missing"],
  ['{"__dagster_pipes_version":"0.1","method":"opened"}', "params: is missing"],
  [message("LOG", '{"message":"x"}'), "method: must be "],
  [message("log", "null"), "params: must be an object, got null"],
  [message("log", "[]"), "params: must be an object, got an array"],
  [message("log", "{}"), "message: is missing"],
  [message("log", '{"message":1}'), "message: must be a string, got the integer 1"],
  [message("log", '{"message":"x","more":1}'), "more: is unknown"],
  [message("log", '{"message":"x","__proto__":{}}'), "__proto__: is unknown"],
  ...['"NOTICE"', '"ınfo"', '""', "20.0", "null", '["INFO"]'].map((level): Refused => [
    message("log", `{"message":"x","level":${level}}`),
    'level: must be "DEBUG" or "INFO" or "WARNING" or "ERROR" or "CRITICAL", got',
  ]),
  [message("log_external_stream", '{"stream":"stdin","text":""}'), 'stream: must be "stdout" or'],
  [message("log_external_stream", '{"stream":"stdout","text":null}'), "text: must be a string"],
  [message("log_external_stream", '{"stream":"stdout"}'), "text: is missing"],
  [message("log_external_stream", '{"stream":"stdout","text":"\\ud800x"}'), "the line holds half"],
  [message("closed", "3"), "params: must be an object, got the integer 3"],
  [message("closed", '"exception"'), "params: must be an object, got the string"],
  [message("closed", '["exception"]'), "params: must be an object, got an array"],
  [exception("null"), "exception: must be an object, got null"],
  [exception("{}"), "exception.message: is missing"],
  [
    exception('{"message":"m","stack":[],"name":null,"context":null}'),
    "exception.cause: is missing",
  ],
  [
    exception('{"message":"m","stack":[1],"name":null,"cause":null,"context":null}'),
    "exception.stack[0]: must be a string, got the integer 1",
  ],
  [
    exception('{"message":"m","stack":null,"name":null,"cause":null,"context":null}'),
    "exception.stack: must be an array, got null",
  ],
  [
    exception('{"message":"m","stack":[],"name":null,"cause":null,"context":{"message":"m"}}'),
    "exception.context.stack: is missing",
  ],
  [message("report_custom_message", "{}"), "payload: is missing"],
  [
    message("report_custom_message", '{"payload":1,"extras":{}}'),
    "extras: is unknown",
  ],
  [
    message("report_custom_message", `{"payload":1${"0".repeat(4300)}}`),
    "the line is not JSON that Python reads, or half of it: an integer of 4301 digits",
  ],
  [
    message("log", `{"message":"x","message":1${"0".repeat(4300)},"message":"x"}`),
    "the line is not JSON that Python reads, or half of it: an integer of 4301 digits",
  ],
  [
    message("report_custom_message", `{"payload":${nested(3000)}}`),
    "the line is not JSON that Python reads, or half of it: nested deeper than 800 levels",
  ],
  [causes(3000), "the line is not JSON that Python reads, or half of it: nested deeper than 800"],
  [check('"check_name":null,"passed":true,"severity":"WARN"'), "check_name: must be a string"],
  [check('"check_name":"c","passed":1,"severity":"WARN"'), "passed: must be true or false, got"],
  [check('"check_name":"c","passed":true,"severity":"warn"'), 'severity: must be "WARN" or "ERR'],
  [check('"check_name":"c","passed":true'), "severity: is missing"],
  [
    message("report_asset_materialization", '{"asset_key":"a","metadata":null}'),
    "data_version: is missing",
  ],
  [
    message("report_asset_materialization", '{"asset_key":"a","data_version":null}'),
    "metadata: is missing",
  ],
  [
    message("report_asset_materialization", '{"asset_key":["a"],"data_version":1,"metadata":null}'),
    "asset_key: must be a string, got an array",
  ],
  [
    message("report_asset_materialization", '{"asset_key":"a","data_version":1,"metadata":null}'),
    "data_version: must be a string, got the integer 1",
  ],
  [report("[]"), "metadata: must be an object, got an array"],
  [report('{"v":1}'), "metadata.v: must be an object, got the integer 1"],
  [report('{"v":{"type":"int"}}'), "metadata.v.raw_value: is missing"],
  [report('{"v":{"raw_value":1}}'), "metadata.v.type: is missing"],
  [metadata("1", "INT"), "metadata.v.type: must be one of __infer__, text, "],
  [
    metadata("3", "float"),
    "metadata.v.raw_value: must be a float, written with a point or exponent, got the integer 3",
  ],
  ...Object.entries({
    float: ["true", '"3.0"', "[]"],
    int: ["3.0", "1e5", '"3"', "NaN"],
    bool: ["0", '"true"'],
    text: ["3", "true", "[]", "{}"],
    url: ["3"],
    path: ["{}"],
    notebook: ["[]"],
    md: ["true"],
    dagster_run: ["null", "3"],
    asset: ["null", '["a"]'],
    json: ["3", "true", "1.5"],
    timestamp: ['"2024-01-01"', "null", `1${"0".repeat(309)}`],
  }).flatMap(([type, raws]) =>
    raws.map((raw): Refused => [metadata(raw, type), "metadata.v.raw_value: must be "])
  ),
  [metadata("[]", "table"), "metadata.v.raw_value: must be an object, got an array"],
  [metadata('{"records":[]}', "table"), "metadata.v.raw_value.schema: is missing"],
  [metadata('{"schema":[]}', "table"), "metadata.v.raw_value.records: is missing"],
  [table("null", "[]"), "metadata.v.raw_value.records: must be an array, got null"],
  [table("[1]", "[]"), "metadata.v.raw_value.records[0]: must be an object, got the integer 1"],
  [
    table('[{"a":[]}]', "[]"),
    "metadata.v.raw_value.records[0].a: must be a string, a number, true, false",
  ],
  [
    table('[{"a":1},{}]', "[]"),
    "metadata.v.raw_value.records[1]: must have the same fields as the first",
  ],
  [
    table('[{},{"a":1}]', "[]"),
    "metadata.v.raw_value.records[1]: must have the same fields as the first",
  ],
  [table("[]", '["a"]'), "metadata.v.raw_value.schema[0]: must be an object, got the string"],
  [table("[]", '[{"name":"a"}]'), "metadata.v.raw_value.schema[0].type: is missing"],
  [
    table("[]", '[{"name":1,"type":"t"}]'),
    "metadata.v.raw_value.schema[0].name: must be a string, got",
  ],
  [columns(',"description":1'), "metadata.v.raw_value.columns[0].description: must be a string"],
  [columns(',"tags":[]'), "metadata.v.raw_value.columns[0].tags: must be an object"],
  [columns(',"tags":{"k":1}'), "metadata.v.raw_value.columns[0].tags.k: must be a string"],
  [columns(',"constraints":NaN'), "metadata.v.raw_value.columns[0].constraints: must be an object"],
  [
    columns(',"constraints":{"more":1}'),
    "metadata.v.raw_value.columns[0].constraints.more: is unknown",
  ],
  [
    columns(',"constraints":{"nullable":null}'),
    "metadata.v.raw_value.columns[0].constraints.nullable: must",
  ],
  [
    columns(',"constraints":{"other":"x"}'),
    "metadata.v.raw_value.columns[0].constraints.other: must be an",
  ],
  [
    columns(',"constraints":{"other":[1]}'),
    "metadata.v.raw_value.columns[0].constraints.other[0]: must be",
  ],
  [metadata("{}", "table_schema"), "metadata.v.raw_value.columns: is missing"],
  [
    metadata('{"deps_by_column":[]}', "table_column_lineage"),
    "metadata.v.raw_value.deps_by_column: must be",
  ],
  [lineage("null"), "metadata.v.raw_value.deps_by_column.c: must be an array, got null"],
  [
    lineage(`[${DEP},${DEP}]`),
    "metadata.v.raw_value.deps_by_column.c: must not name the same column",
  ],
  [
    lineage('[{"asset_key":"a","column_name":"x"},{"asset_key":["a"],"column_name":"x"}]'),
    "metadata.v.raw_value.deps_by_column.c: must not name the same column",
  ],
  [
    lineage('[{"asset_key":"a"}]'),
    "metadata.v.raw_value.deps_by_column.c[0].column_name: is missing",
  ],
  [
    lineage('[{"asset_key":1,"column_name":"x"}]'),
    "metadata.v.raw_value.deps_by_column.c[0].asset_key: must",
  ],
  [
    lineage('[{"asset_key":"a","column_name":"x","more":1}]'),
    "metadata.v.raw_value.deps_by_column.c[0].more: is unknown",
  ],
  [
    lineage('[{"asset_key":"a","column_name":[]}]'),
    "metadata.v.raw_value.deps_by_column.c[0].column_name",
  ],
];

/** What Dagster's reader takes, to the harm of those who read what is stored of it, or for nothing. */
export const HARMFUL: readonly Refused[] = [
  ['{"method":"log","params":{"message":"x"}}', "__dagster_pipes_version: is missing"],
  [
    message("log", '{"message":"\\ud800","level":"INFO"}'),
    "the line holds half of a surrogate pair",
  ],
  [message("report_custom_message", '{"payload":{"\\uDfff":1}}'), "the line holds half of a"],
  [metadata('["\\ud83d"]', "json"), "the line holds half of a surrogate pair"],
  ...["true", "0", "7", "25", "-7", "1" + "0".repeat(30)].map((level): Refused => [
    message("log", `{"message":"x","level":${level}}`),
    'level: must be "DEBUG" or "INFO" or "WARNING" or "ERROR" or "CRITICAL", got',
  ]),
  ...["__class__", "__enum__", "__set__", "__frozenset__", "__mapping_items__"].map(
    (key): Refused => [
      metadata(`{"a":[{"${key}":[]}]}`, "json"),
      `metadata.v.raw_value: must not have the key "${key}"`,
    ],
  ),
  [table('[{"__class__":"x"}]', "[]"), 'metadata.v.raw_value: must not have the key "__class__"'],
  [columns(',"tags":{"__set__":"x"}'), 'metadata.v.raw_value: must not have the key "__set__"'],
  [metadata(nested(450), "json"), "metadata.v.raw_value: is nested deeper than 400 levels"],
  [causes(450), "exception: is nested deeper than 400 levels"],
  ...["NaN", "1e400"].map((raw): Refused => [
    metadata(raw, "timestamp"),
    "metadata.v.raw_value: must be a number of seconds that is a finite float, got ",
  ]),
  [
    lineage('[{"asset_key":"a","column_name":null}]'),
    "metadata.v.raw_value.deps_by_column.c[0].column_name",
  ],
  [
    exception('{"message":{"a":1},"stack":[],"name":null,"cause":null,"context":null}'),
    "exception.message: must be a string, got an object",
  ],
  [
    exception('{"message":"m","stack":{"a":1},"name":null,"cause":null,"context":null}'),
    "exception.stack: must be an array, got an object",
  ],
  [
    exception('{"message":"m","stack":[],"name":["E"],"cause":null,"context":null}'),
    "exception.name: must be a string, got an array",
  ],
];
