import type { ValuePath } from "./path.ts";

/** Deeper values are left to the way that can say where it is. */
const MOST_LEVELS = 64;

/** What readers do not take as `JSON.stringify` writes it: some line ends, and lone surrogates. */
const ODD_TEXT = /[\u0085\u2028\u2029]|\\ud/;

/** From there on a number is whole, and written with some of its digits. */
const INEXACT = 2 ** 53;

/** A way by which the engine writes items of an array, many at once. */
export interface QuickWay {
  /** A copy of an item, or `undefined` where something in it has to be written by hand. */
  copy(item: unknown): unknown;
  /** The wire text of an array of copies; `undefined` where one has to be written by hand. */
  text(copies: unknown): string | undefined;
}

/**
 * The way for values in which nothing is special. Each field is read once: so what was looked at is
 * what is written, whatever a getter or a proxy gives next.
 */
export function plainWay({ rules, levelsLeft }: ValuePath): QuickWay {
  const isOdd = (key: string): boolean =>
    key === "rawValue" || rules.keyProblem?.(key) !== undefined;
  // The keys of the last object of each level. The next one has the same, mostly.
  const keysOf: string[][] = [];

  function copyOf(value: unknown, levels: number): unknown {
    if (typeof value !== "object" || value === null) return plainScalar(value);
    if (levels <= 0) return undefined;
    return Array.isArray(value)
      ? arrayCopy(value, levels - 1)
      : objectCopy(value, levels - 1) ?? plainScalar(value);
  }

  function arrayCopy(values: readonly unknown[], levels: number): unknown[] | undefined {
    if ("toJSON" in values) return undefined;
    const copies: unknown[] = [];
    for (let i = 0; i < values.length; i++) {
      const copy = copyOf(values[i], levels);
      if (copy === undefined) return undefined;
      copies.push(copy);
    }
    return copies;
  }

  function objectCopy(object: object, levels: number): object | undefined {
    const copy = fieldsCopy(object);
    const keys = keysOf[levels] ??= [];
    let at = 0;
    for (const key in copy) {
      if (key === keys[at++] && isPlainScalar(copy[key])) continue;
      // The rules may be about such a key.
      if (isOdd(key)) return undefined;
      keys[at - 1] = key;
      if ((copy[key] = copyOf(copy[key], levels)) === undefined) return undefined;
    }
    return copy;
  }

  const mostLevels = Math.min(levelsLeft, MOST_LEVELS);
  return { copy: (value) => copyOf(value, mostLevels), text: plainText };
}

/** The wire text of a copy; `undefined` where a string in it has to be written by hand. */
export function plainText(copy: unknown): string | undefined {
  // By a prototype with a `toJSON`, the engine would write something else than what it is given.
  if ("toJSON" in []) return undefined;
  const text = JSON.stringify(copy);
  return ODD_TEXT.test(text) ? undefined : text;
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

/**
 * Whether `JSON.stringify` writes a value exactly, and it is no object. It writes -0 as 0. There is
 * no call in it: the first thousands of values are looked at before it is compiled.
 */
export function isPlainScalar(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return value < INEXACT && value > -INEXACT && (value !== 0 || 1 / value > 0);
    default:
      return value === null;
  }
}

/**
 * A value that is no object as the engine has to get it: a `bigint` as a number, a `Date` as text.
 * `undefined` where it has to be written by hand.
 */
export function plainScalar(value: unknown): unknown {
  if (typeof value === "bigint") return plainScalar(Number(value));
  if (!(value instanceof Date)) return isPlainScalar(value) ? value : undefined;
  const text: unknown = value.toJSON();
  return typeof text === "string" ? text : undefined;
}
