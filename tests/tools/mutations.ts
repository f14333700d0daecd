/** One line of the source, made wrong. */
export interface Mutation {
  /** What is wrong then. */
  readonly name: string;
  /** The file, below `src`. */
  readonly file: string;
  /** The text to replace, which the file has exactly once. */
  readonly from: string;
  /** The text to replace it with. */
  readonly to: string;
}

function mutation(file: string, name: string, from: string, to: string): Mutation {
  return { name, file: `${file}.ts`, from, to };
}

/** Checks that keep data or a failure from being lost, each left out or weakened. */
export const MUTATIONS: readonly Mutation[] = [
  // What is written.
  mutation("json/write_json", "a whole float is written `3`", "`${value}.0`", "`${value}`"),
  mutation(
    "json/write_json",
    "minus zero is written `0`",
    " && (value !== 0 || 1 / value > 0)",
    "",
  ),
  mutation(
    "json/write_json",
    "a whole number over 2^53 is rounded",
    "value < 2 ** 53 && value > -(2 ** 53)",
    "value < 2 ** 70 && value > -(2 ** 70)",
  ),
  mutation(
    "json/write_json",
    "text that begins with the mark of a number becomes a number",
    "return value.charCodeAt(0) !== NUMBER_MARK_CODE;",
    "return true;",
  ),
  mutation(
    "json/write_json",
    "a key that begins with the mark of a number becomes a number",
    '"(?!:)/g',
    '"/g',
  ),
  mutation(
    "json/write_json",
    "a marked number in quotes within a string loses its quotes",
    '(?<!\\\\"\\x7f)',
    "",
  ),
  mutation(
    "json/write_json",
    "a lone surrogate is not replaced",
    'return escape.startsWith("\\\\ud") ? "\\\\ufffd" : escape;',
    "return escape;",
  ),
  mutation(
    "json/write_json",
    "`ud800` behind a backslash is taken for a surrogate",
    "/\\\\(?:u....|.)/g",
    "/\\\\u..../g",
  ),
  mutation(
    "json/write_json",
    "characters outside of ASCII are not escaped",
    "return NOT_ASCII.test(text) ? text.replace(NOT_ASCII_RUNS, escapeAll) : text;",
    "return text;",
  ),
  mutation(
    "json/write_json",
    "a `toJSON` of a patched prototype changes what was read",
    'if ("toJSON" in Object.prototype || "toJSON" in Array.prototype) hideToJSON(copy);',
    "",
  ),
  mutation(
    "json/copy_value",
    "NaN is allowed in JSON",
    "if (Number.isFinite(value)) return numberJson(value);",
    "return numberJson(value);",
  ),
  mutation(
    "json/copy_value",
    "undefined is written `null`",
    "return path.refuse(`must be a JSON value, got ${kindOf(value)}${advice}`);",
    "return null;",
  ),
  mutation(
    "json/copy_value",
    "an invalid Date is not refused",
    'if (isDate(value) && Number.isNaN(value.getTime())) path.refuse("is an invalid Date");',
    "",
  ),
  mutation(
    "json/copy_value",
    "two keys may become the same one",
    "if (Object.keys(copy).length === entries.length) return copy;",
    "return copy;",
  ),
  mutation(
    "json/copy_value",
    "keys that are symbols are dropped",
    "if (symbol === undefined) return fields;",
    "return fields;",
  ),
  mutation(
    "json/copy_value",
    "the fields of an object are read again when they are written",
    "fields = { ...value };",
    "fields = value;",
  ),
  mutation(
    "json/path",
    "a key with a lone surrogate counts as checked once it was seen",
    "if (!key.isWellFormed()) return false;\n    this.checkedKeys.add(key);",
    "this.checkedKeys.add(key);\n    if (!key.isWellFormed()) return false;",
  ),
  mutation(
    "json/path",
    "a circle is not noticed",
    "if (this.#containers.includes(container)) {",
    "if (false) {",
  ),
  mutation(
    "json/copy_value",
    "unknown keys of columns and constraints are dropped",
    "if (unknown !== undefined) {",
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/wire_metadata",
    "the keys of Dagster's storage are allowed",
    "if (!STORAGE_KEY.test(key)) return undefined;",
    "return undefined;",
  ),
  mutation(
    "json/path",
    "values may be nested 2,000 deep",
    "MAX_NESTING_LEVELS = 200",
    "MAX_NESTING_LEVELS = 2000",
  ),

  // Metadata.
  mutation(
    "protocol/metadata/wire_metadata",
    "a large int has an exponent",
    "copyInteger(BigInt(Number(value)), path)",
    "value",
  ),
  mutation(
    "protocol/metadata/wire_metadata",
    "metadata of type json may be a number or a boolean",
    'typeof copy === "string" && isExact(copy) ? copy : undefined;',
    "true ? copy : undefined;",
  ),
  mutation(
    "protocol/metadata/wire_metadata",
    "a Date is written in milliseconds",
    "value.getTime() / 1000",
    "value.getTime()",
  ),
  mutation(
    "protocol/metadata/wire_metadata",
    "an asset's key may have an escaped slash",
    'if (value.includes("\\\\/")) {',
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/wire_metadata",
    "any type of metadata is allowed",
    "if (!isMetadataType(given)) {",
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/wire_table",
    "records may have cells of unknown columns",
    "if (isFloat === undefined) {",
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/wire_table",
    "a table cell may be any JSON",
    "if (!isScalar) {",
    "if (false) {",
  ),
  mutation(
    "protocol/metadata/wire_table",
    "a whole cell of a float column is an int",
    "const isWholeFloat = isFloat && Number.isInteger(cell);",
    "const isWholeFloat = false;",
  ),
  mutation(
    "protocol/metadata/wire_table",
    "a missing cell is left out of its record",
    "if (keys.length === floats.size) return cells;",
    "return cells;",
  ),
  mutation(
    "protocol/metadata/wire_table",
    "a lineage may name a column twice",
    "if (seen.has(id)) {",
    "if (false) {",
  ),

  // Reports.
  mutation(
    "protocol/messages",
    "any level is allowed",
    "if (known !== undefined) return known;",
    "return String(level);",
  ),
  mutation(
    "protocol/reports",
    "`passed` may be anything",
    'copyBoolean(passed, new ValuePath("passed"))',
    "passed",
  ),
  mutation(
    "protocol/reports",
    "any severity is allowed",
    'eitherArgument(severity, "severity", "WARN", "ERROR")',
    "severity",
  ),
  mutation(
    "protocol/reports",
    "any stream is allowed",
    'eitherArgument(stream, "stream", "stdout", "stderr")',
    "stream",
  ),
  mutation("protocol/asset_key", "an asset key may have holes", "[...key].every(", "key.every("),
  mutation(
    "protocol/messages",
    "an exception has no `context`",
    "name, cause: null, context: null }",
    "name, cause: null }",
  ),
  mutation(
    "protocol/exception",
    "a chain of causes may have any length",
    "MAX_EXCEPTION_COUNT = 50",
    "MAX_EXCEPTION_COUNT = 5000",
  ),
  mutation(
    "protocol/exception",
    "all fields of an error are shown, with the secrets in them",
    "(name) => SHOWN_FIELDS.has(name)",
    "() => true",
  ),

  // What Dagster passes to a session.
  mutation(
    "protocol/params_codec",
    "a parameter that was cut short is accepted",
    "if (adler32(bytes) !== lastNumber(packed)) fail",
    "if (false) fail",
  ),
  mutation(
    "json/read_json",
    "long integers of a context are rounded",
    "LONG_INTEGER.test(text) || ",
    "",
  ),
  mutation(
    "json/read_json",
    "keys with escapes are left to `JSON.parse`",
    ' || text.includes("\\\\") && KEY_WITH_ESCAPE.test(text)',
    "",
  ),

  // What another process wrote.
  mutation(
    "json/read_json",
    "an integer may have 5,000 digits",
    "MAX_DIGITS = 4300",
    "MAX_DIGITS = 5000",
  ),
  mutation(
    "json/read_json",
    "a received integer is a float",
    "return BigInt(token);",
    "return Number(token);",
  ),
  mutation(
    "json/read_json",
    "a received line may be nested 8,000 deep",
    "MAX_PYTHON_NESTING_LEVELS = 800",
    "MAX_PYTHON_NESTING_LEVELS = 8000",
  ),
  mutation(
    "local/received/received_line",
    "a received line may have a carriage return inside",
    "if (/[\\r\\n]/.test(text)) {",
    "if (/\\n/.test(text)) {",
  ),
  mutation(
    "local/received/received_line",
    "a received line may have a lone surrogate",
    "if (SURROGATE_ESCAPE.test(text) && !isWellFormed(json)) {",
    "if (false) {",
  ),
  mutation(
    "local/received/received_line",
    "a received line needs no params",
    "params: v.unknown(),",
    "params: v.optional(v.unknown()),",
  ),
  mutation(
    "local/received/received_line",
    "a received level may be any text",
    "v.picklist(PIPES_LOG_LEVELS)",
    "v.any()",
  ),
  mutation(
    "local/received/received_line",
    "a received level may be any number",
    "?? level",
    '?? (typeof level === "bigint" ? "INFO" : level)',
  ),
  mutation(
    "schemas",
    "a received message may have other params",
    "v.strictObject(entries)",
    "v.object(entries)",
  ),
  mutation(
    "local/received/received_line",
    "a received exception needs no cause",
    "cause: unlessFalsy(() => EXCEPTION_FIELDS_SCHEMA),",
    "cause: v.optional(v.any()),",
  ),
  mutation(
    "local/received/python_values",
    "received metadata may be nested 4,000 deep",
    "MAX_RECEIVED_NESTING_LEVELS = 400",
    "MAX_RECEIVED_NESTING_LEVELS = 4000",
  ),
  mutation(
    "local/received/metadata_schemas",
    "a received float may be whole",
    'raw === null || typeof raw === "number"',
    'raw === null || typeof raw === "number" || typeof raw === "bigint"',
  ),
  mutation(
    "local/received/metadata_schemas",
    "received metadata may have the keys of Dagster's storage",
    "storageKeyProblem(key)",
    "undefined",
  ),
  mutation(
    "local/received/metadata_schemas",
    "a received timestamp may be beyond a float",
    " && Number.isFinite(Number(raw))",
    "",
  ),
  mutation(
    "local/received/metadata_schemas",
    "received records may have different fields",
    "return fields.length === Object.keys(first).length &&",
    "return true ||",
  ),
  mutation(
    "local/received/metadata_schemas",
    "a received lineage may name a column twice",
    "new Set(deps.map(",
    "true || new Set(deps.map(",
  ),

  // What becomes of a step.
  mutation(
    "local/recording",
    "a command that was cut off succeeds if its exit code is 0",
    " || wasEnded !== undefined",
    "",
  ),
  mutation(
    "cli/run_command",
    "`run` ends with code 0 if Dagster would fail the step",
    "const isFailed = !end.ok || ",
    "const isFailed = ",
  ),
  mutation(
    "launcher/verdict",
    "a session that was left open does not fail the launcher",
    "messages.unclosedCount > 0 || ",
    "",
  ),
  mutation(
    "launcher/verdict",
    "a session that failed is hidden by a later one",
    "messages.sessionCount > 1 && messages.exceptions.length > 0",
    "false",
  ),
  mutation(
    "launcher/verdict",
    "a command that was cut off ends the launcher with another code than 124",
    "if (watchdog.isTimedOut) return { code: TIMEOUT_EXIT_CODE };",
    "",
  ),

  // The messages file.
  mutation(
    "writers/default_message_writer",
    "no log message goes ahead of a long line",
    'if (line.length < PAGE_BYTES) return "";',
    'return "";',
  ),
  mutation(
    "writers/line_channel",
    "the rest of a line that was cut in the middle is forgotten",
    "this.#rest = rest;",
    "",
  ),
  mutation(
    "writers/line_channel",
    "a messages file that is removed goes unnoticed",
    "if (this.#sink.isLost?.() === true) {",
    "if (false) {",
  ),
];
