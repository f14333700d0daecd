// Taken at import: a script that replaces them later must not change what is written.
const { stringify, rawJSON } = JSON as JSON & {
  /** Returns an object that `stringify` writes as this text. TypeScript does not declare it. */
  rawJSON(text: string): object;
};

/**
 * Marks a string as a number that `stringify` would write wrongly. The quotes are removed from the
 * text. `JSON.rawJSON` would do the same for most of them, but a single one of its objects makes the
 * engine take a slower path: a table of 10,000 rows with whole floats then takes 4 to 5 times as
 * long as `JSON.stringify`, instead of 3.
 */
const NUMBER_MARK = "\x7f";
const NUMBER_MARK_CODE = 0x7f;

/**
 * A marked number. A quote within a string follows a backslash, and a colon follows a key. The plain
 * characters come first, because engines search for them faster.
 */
const MARKED_NUMBERS = /"\x7f(?<!\\"\x7f)(-?(?:[\d.]+|NaN|Infinity))"(?!:)/g;

/**
 * Returns the text of a number that Python reads as a `float`: it always has a point or an exponent,
 * or is `NaN`, `Infinity` or `-Infinity`, which Python's `json` module reads and writes.
 */
export function floatText(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) >= 1e21) return String(value);
  return Object.is(value, -0) ? "-0.0" : `${value}.0`;
}

/** Returns what {@linkcode asciiJson} writes as a `float` of Python. */
export function floatJson(value: number): unknown {
  // `stringify` writes a fraction exactly, and an exponent from 1e21 on.
  const isWritten = Number.isFinite(value) && !(Number.isInteger(value) && Math.abs(value) < 1e21);
  return isWritten ? value : NUMBER_MARK + floatText(value);
}

/**
 * Whether a value is a scalar that the engine writes exactly. It writes -0 as 0, and rounds a whole
 * number beyond 2^53 to 17 digits.
 */
export function isExact(value: unknown): boolean {
  // Not by `startsWith`, which takes longer than all else about a cell of a table.
  if (typeof value === "string") return value.charCodeAt(0) !== NUMBER_MARK_CODE;
  if (typeof value !== "number") return typeof value === "boolean" || value === null;
  return value < 2 ** 53 && value > -(2 ** 53) && (value !== 0 || 1 / value > 0);
}

/** Returns what {@linkcode asciiJson} writes as a finite number with all its digits. */
export function numberJson(value: number): unknown {
  if (isExact(value)) return value;
  // From 1e21 on, the text has an exponent, and is exact.
  return value === 0 || Math.abs(value) >= 1e21 ? floatJson(value) : integerJson(BigInt(value));
}

/** Returns what {@linkcode asciiJson} writes as an integer with all its digits. */
export function integerJson(value: bigint): unknown {
  return NUMBER_MARK + value;
}

/** Returns what {@linkcode asciiJson} writes as a string. */
export function stringJson(value: string): unknown {
  if (isExact(value)) return value;
  return rawJSON(stringify(value.toWellFormed()).replace(NUMBER_MARK, "\\u007f"));
}

/**
 * Writes a value as JSON in ASCII, as Python's `json.dumps` does: readers of logs cut between bytes
 * and end lines at characters of their own, and older releases of Dagster read the messages file in
 * the encoding of the locale.
 *
 * @param copy Plain objects and arrays of values that the functions above returned.
 */
export function asciiJson(copy: unknown): string {
  if ("toJSON" in Object.prototype || "toJSON" in Array.prototype) hideToJSON(copy);
  let text = stringify(copy);
  if (text.includes(NUMBER_MARK)) text = text.replace(MARKED_NUMBERS, "$1");
  if (text.includes("\\ud")) text = text.replace(ESCAPES, replaceSurrogate);
  return NOT_ASCII.test(text) ? text.replace(NOT_ASCII_RUNS, escapeAll) : text;
}

const ESCAPES = /\\(?:u....|.)/g;
const NOT_ASCII = /[^\0-\x7f]/;
const NOT_ASCII_RUNS = /[^\0-\x7f]+/g;

/** A lone surrogate breaks readers in Python. The engine escapes nothing else this way. */
function replaceSurrogate(escape: string): string {
  return escape.startsWith("\\ud") ? "\\ufffd" : escape;
}

function escapeAll(run: string): string {
  let escaped = "";
  for (let i = 0; i < run.length; i++) {
    escaped += `\\u${(run.charCodeAt(i) + 0x10000).toString(16).slice(1)}`;
  }
  return escaped;
}

/** A copy already holds what is written: a `toJSON` of a patched prototype must not run. */
function hideToJSON(copy: unknown): void {
  if (typeof copy !== "object" || copy === null || Object.isFrozen(copy)) return;
  if (!Object.hasOwn(copy, "toJSON")) {
    Object.defineProperty(copy, "toJSON", { value: undefined, enumerable: false });
  }
  for (const entry of Object.values(copy)) hideToJSON(entry);
}
