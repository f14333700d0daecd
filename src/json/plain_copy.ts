/** Deeper values are left to the way that can say where it is. */
const MOST_LEVELS = 64;

/** What readers do not take as `JSON.stringify` writes it: some line ends, and lone surrogates. */
const ODD_TEXT = /[\u0085\u2028\u2029]|\\ud/;

/** How items of an array are written by the engine, several at once. */
export interface QuickWay {
  /** A copy of an item, or `undefined` where something in it has to be written by hand. */
  copy(item: unknown, levels: number): unknown;
  /** The wire text of such copies as an array; `undefined` where one has to be written by hand. */
  text(copies: readonly unknown[]): string | undefined;
}

/** The quick way for any value. */
export const PLAIN: QuickWay = { copy: plainCopy, text: plainText };

/** The wire text of a copy; `undefined` where a string in it has to be written by hand. */
export function plainText(copy: unknown): string | undefined {
  // By a prototype with a `toJSON`, the engine would write something else than what it is given.
  if ("toJSON" in []) return undefined;
  const text = JSON.stringify(copy);
  return ODD_TEXT.test(text) ? undefined : text;
}

/**
 * A copy of a value that `JSON.stringify` writes exactly; `undefined` where something in the value
 * is not plain. A `Date` becomes its text, and a `bigint` a number where one can hold it.
 *
 * Each field is read once: so what was looked at is what is written, whatever a getter or a proxy
 * gives next.
 */
export function plainCopy(value: unknown, levels: number): unknown {
  if (isPlainScalar(value)) return value;
  if (typeof value === "bigint") return plainCopy(Number(value), 0);
  if (typeof value !== "object") return undefined;
  if (value instanceof Date) return dateText(value);
  const left = Math.min(levels, MOST_LEVELS) - 1;
  if (left < 0) return undefined;
  return Array.isArray(value) ? arrayCopy(value, left) : objectCopy(value!, left);
}

function dateText(date: Date): string | undefined {
  const text: unknown = date.toJSON();
  return typeof text === "string" ? text : undefined;
}

function arrayCopy(values: readonly unknown[], levels: number): unknown[] | undefined {
  if ("toJSON" in values) return undefined;
  const copies: unknown[] = [];
  for (let i = 0; i < values.length; i++) {
    const copy = plainCopy(values[i], levels);
    if (copy === undefined) return undefined;
    copies.push(copy);
  }
  return copies;
}

function objectCopy(object: object, levels: number): object | undefined {
  const copy = fieldsCopy(object);
  for (const key in copy) {
    // The rules may be about such a key.
    if (key === "rawValue" || key.startsWith("__") || !makePlain(copy, key, levels)) {
      return undefined;
    }
  }
  return copy;
}

/**
 * Puts a plain copy of a field in its place, and says whether there is one. What is undefined
 * becomes `absent`.
 */
export function makePlain(
  object: Record<string, unknown>,
  key: string,
  levels: number,
  absent?: null,
): boolean {
  const value = object[key];
  if (isPlainScalar(value)) return true;
  object[key] = plainCopy(value ?? absent, levels);
  return object[key] !== undefined;
}

/**
 * A copy of an object with nothing but its own fields; `undefined` where it is an instance of a
 * class, or has keys that are symbols.
 */
export function fieldsCopy(object: object): Record<string, unknown> | undefined {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  const copy: Record<string, unknown> = { ...object };
  return Object.getOwnPropertySymbols(copy).length === 0 ? copy : undefined;
}

/** Whether `JSON.stringify` writes a value exactly, and it is no object. */
function isPlainScalar(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return isPlainNumber(value);
    default:
      return value === null;
  }
}

/** Whether JavaScript writes a number with all its digits. It writes -0 as 0. */
function isPlainNumber(value: number): boolean {
  if ((value | 0) === value) return value !== 0 || 1 / value > 0;
  return Number.isSafeInteger(value) || Number.isFinite(value) && !Number.isInteger(value);
}
