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
    "json/value_text",
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
    "return path.refuse(`must be a JSON value, got ${kindOf(value)}`);\n  }\n}\n\n/** Follows",
    'return "null";\n  }\n}\n\n/** Follows',
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
    "if (/^[[{n]/.test(text)) return text;",
    "return text || stringText(String(said));",
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
    "records may have other fields than the first",
    "if (odd !== undefined) {",
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/table_text",
    "a table's cell may be any JSON",
    'return cell === null ? "null" : path.refuse(',
    'return cell === null ? "null" : JSON.stringify(cell) || path.refuse(',
  ),
  mutation(
    "protocol/metadata/table_text",
    "a whole cell of a float column is an int",
    "return isFloat && Number.isFinite(cell)",
    "return false",
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
    "protocol/exception",
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
];
