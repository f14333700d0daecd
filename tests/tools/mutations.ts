/** One line of the source, made wrong. */
export interface Mutation {
  /** What is wrong then. */
  readonly name: string;
  /** The file, below `src`. */
  readonly file: string;
  /** What stands there just once. */
  readonly from: string;
  /** What stands there instead. */
  readonly to: string;
}

function mutation(file: string, name: string, from: string, to: string): Mutation {
  return { name, file: `${file}.ts`, from, to };
}

/** The checks that keep a line from ending Dagster's reader, each left out or blurred. */
export const MUTATIONS: readonly Mutation[] = [
  mutation("json/value_text", "a whole float is written `3`", "`${text}.0`", "text"),
  mutation(
    "json/string_text",
    "a lone surrogate is not replaced",
    "JSON.stringify(text.toWellFormed())",
    "JSON.stringify(text)",
  ),
  mutation("json/string_text", "a quote needs no escape", "[^ !#-[", "[^ -["),
  mutation(
    "json/string_text",
    "half of a surrogate pair needs no escape",
    "\\ud7ff\\ue000-\\uffff",
    "\\uffff",
  ),
  mutation(
    "json/value_text",
    "minus zero is written `0`",
    'return Object.is(value, -0) ? "-0.0" : String(value);',
    "return String(value);",
  ),
  mutation(
    "json/value_text",
    "NaN is allowed in JSON",
    "if (!Number.isFinite(value)) {",
    "if (false) {",
  ),
  mutation(
    "json/plain_way",
    "the engine writes minus zero as `0`",
    " && (value !== 0 || 1 / value > 0)",
    "",
  ),
  mutation(
    "json/plain_way",
    "the engine rounds a whole number over 2^53",
    "INEXACT = 2 ** 53",
    "INEXACT = 2 ** 60",
  ),
  mutation(
    "json/plain_way",
    "the engine writes lone surrogates",
    "return ODD_TEXT.test(text) ? undefined : text;",
    "return text;",
  ),
  mutation(
    "json/plain_way",
    "the engine drops keys that are symbols",
    "Object.getOwnPropertySymbols(fields).length === 0",
    "true",
  ),
  mutation(
    "json/python_json",
    "an integer may have 5,000 digits",
    "MAX_DIGITS = 4300",
    "MAX_DIGITS = 5000",
  ),
  mutation(
    "json/value_text",
    "a whole number over 2^53 is rounded",
    "? BigInt(value).toString()",
    "? String(value)",
  ),
  mutation(
    "json/value_text",
    "undefined is written `null`",
    "return path.refuse(`must be a JSON value, got ${kindOf(value)}${advice}`);",
    'return "null";',
  ),
  mutation(
    "json/value_text",
    "an invalid Date is not refused",
    "if (value instanceof Date && Number.isNaN(value.getTime())) {",
    "if (false) {",
  ),
  mutation(
    "json/value_text",
    "two keys may become the same one",
    "if (mended && new Set(names).size < names.length) {",
    "if (false) {",
  ),
  mutation(
    "json/value_text",
    "keys that are symbols are dropped",
    "if (Object.prototype.propertyIsEnumerable.call(object, symbol)) {",
    "if (false) {",
  ),
  mutation(
    "protocol/argument",
    "the storage's own keys are taken",
    "STORAGE_KEYS.has(key)",
    "false",
  ),
  mutation(
    "protocol/argument",
    "values may be nested 2,000 deep",
    "maxNesting: 200",
    "maxNesting: 2000",
  ),
  mutation(
    "json/path",
    "a circle is not noticed",
    "if (this.#containers.includes(container)) {",
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/value_text",
    "a large int has an exponent",
    "? BigInt(value).toString()",
    "? String(value)",
  ),
  mutation(
    "protocol/metadata/value_text",
    "metadata of type json may be a scalar",
    'if (typeof said === "object" && !isBoxed(said)) return containerText(said, value, path);',
    "return jsonText(said, path);",
  ),
  mutation(
    "protocol/metadata/value_text",
    "a Date is written in milliseconds",
    "value.getTime() / 1000",
    "value.getTime()",
  ),
  mutation(
    "protocol/metadata/value_text",
    "an asset's key may hold an escaped slash",
    'if (value.includes("\\\\/")) {',
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/value_text",
    "any type of metadata is taken",
    "if (!isMetadataType(given)) {",
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/table_text",
    "records may have cells of no column",
    "if (!names.has(key)) refuseKey(",
    "if (false) refuseKey(",
  ),
  mutation(
    "protocol/metadata/table_text",
    "a table's cell may be any JSON",
    'if (cell === null) return "null";',
    "return JSON.stringify(cell);",
  ),
  mutation(
    "protocol/metadata/quick_records",
    "a whole cell of a float column is an int",
    '"$&.0"',
    '"$&"',
  ),
  mutation(
    "protocol/metadata/table_text",
    "a lineage may name a column twice",
    "if (seen.has(text)) {",
    "if (false) {",
  ),
  mutation(
    "json/object_text",
    "unknown keys of columns and constraints are dropped",
    "if (!names.includes(name)) {",
    "if (false) {",
  ),
  mutation("protocol/framing", "any level is taken", "if (name === undefined) {", "if (false) {"),
  mutation(
    "protocol/reports",
    "`passed` may be anything",
    'if (typeof passed !== "boolean") {',
    "if (false) {",
  ),
  mutation(
    "protocol/reports",
    "any severity is taken",
    'if (severity !== "WARN" && severity !== "ERROR") {',
    "if (false) {",
  ),
  mutation(
    "protocol/framing",
    "any stream is taken",
    'if (stream !== "stdout" && stream !== "stderr") {',
    "if (false) {",
  ),
  mutation("protocol/asset_key", "an asset key may have holes", "[...key].every(", "key.every("),
  mutation(
    "protocol/framing",
    "an exception has no `context`",
    '    context: context === null ? "null" : exceptionText(context),\n',
    "",
  ),
  mutation(
    "protocol/exception",
    "causes may follow each other without end",
    "MAX_EXCEPTIONS = 50",
    "MAX_EXCEPTIONS = 5000",
  ),
  mutation(
    "json/python_json",
    "long integers of a context are rounded",
    "LONG_INTEGER.test(text) ||",
    "",
  ),
  mutation(
    "json/python_json",
    "keys with escapes go to `JSON.parse`",
    'text.includes("\\\\") && ESCAPED_KEY.test(text);',
    "false;",
  ),
  mutation(
    "json/python_json",
    "a received integer is a float",
    "return BigInt(token);\n}\n\ntype",
    "return Number(token);\n}\n\ntype",
  ),
  mutation(
    "json/python_json",
    "a received line may be nested at will",
    "MAX_PYTHON_NESTING = 800",
    "MAX_PYTHON_NESTING = 8000",
  ),
  mutation(
    "protocol/received_line",
    "a received line may have a carriage return inside",
    'text.includes("\\r") || text.includes("\\n")',
    'text.includes("\\n")',
  ),
  mutation(
    "protocol/received_line",
    "a received line may hold half of a surrogate pair",
    "if (SURROGATE.test(text) && !isWellFormed(message))",
    "if (false)",
  ),
  mutation(
    "protocol/received_line",
    "a received line needs no params",
    '["__dagster_pipes_version", "method", "params"]',
    '["__dagster_pipes_version", "method"]',
  ),
  mutation(
    "protocol/received/params",
    "a received level may be any text",
    "LEVEL_NAMES.has(level.toLowerCase())",
    "true",
  ),
  mutation(
    "protocol/received/params",
    "a received level may be any number",
    "LEVEL_NUMBERS.has(level)",
    'typeof level === "bigint"',
  ),
  mutation(
    "protocol/received/params",
    "a received message may have other params",
    'requireFields(params, Object.keys(shape), pathTo("params"))',
    "params as Record<string, unknown>",
  ),
  mutation(
    "protocol/received/params",
    "a received exception needs no cause",
    "  cause: checkCause,",
    "  cause: () => {},",
  ),
  mutation(
    "protocol/received/params",
    "received metadata may be nested at will",
    "maxNesting: 400",
    "maxNesting: 4000",
  ),
  mutation(
    "protocol/received/shapes",
    "what is missing in a received line is empty",
    "!value && value !== undefined &&",
    "!value &&",
  ),
  mutation(
    "protocol/received/metadata",
    "a received float may be whole",
    'raw === null || typeof raw === "number"',
    'raw === null || typeof raw === "number" || typeof raw === "bigint"',
  ),
  mutation(
    "protocol/received/metadata",
    "received metadata may have the keys of Dagster's storage",
    "if (problem !== undefined) path.refuse(problem);",
    "",
  ),
  mutation(
    "protocol/received/metadata",
    "a received timestamp may be beyond a float",
    "!Number.isFinite(Number(raw))",
    "false",
  ),
  mutation(
    "protocol/received/table",
    "received records may have different fields",
    "if (odd === undefined) continue;",
    "continue;",
  ),
  mutation(
    "protocol/received/table",
    "a received lineage may say a column twice",
    "    checkDepsDiffer(deps, path);\n",
    "",
  ),
];
