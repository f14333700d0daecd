import { isPlainObject } from "./kinds.ts";
import type { ValuePath, ValueRules } from "./path.ts";

/** Deeper values are left to the way that can say where it is. */
const MOST_LEVELS = 64;

/** What readers do not take as `JSON.stringify` writes it: some line ends, and lone surrogates. */
const ODD_TEXT = /[\u0085\u2028\u2029]|\\ud/;

/** From there on a number is whole, and written with some of its digits. */
const INEXACT = 2 ** 53;

/** The fields of a copy. */
export type Fields = Record<string, unknown>;

/**
 * A way to let the engine write items of an array, many at once: `JSON.stringify` gets copies in
 * which nothing is special. Each field is read just once: so what was looked at is what is written,
 * whatever a getter or a proxy gives next.
 */
export interface QuickWay {
  /** The keys of an earlier item. One that has the same, with plain scalars, is copied as it is. */
  readonly keys: readonly string[] | undefined;
  /**
   * A copy of any other item, with its own fields where it is a plain object; `undefined` where
   * something in it has to be written by hand.
   */
  copy(item: unknown, fields: Fields | undefined): unknown;
  /** The wire text of an array of copies; `undefined` where one has to be written by hand. */
  text(copies: readonly unknown[]): string | undefined;
}

/** The way for any values. */
export class PlainWay implements QuickWay {
  keys: readonly string[] | undefined;
  readonly #rules: ValueRules;
  readonly #levels: number;
  #below: PlainWay | undefined;

  constructor({ rules, levelsLeft }: Pick<ValuePath, "rules" | "levelsLeft">) {
    this.#rules = rules;
    this.#levels = Math.min(levelsLeft, MOST_LEVELS);
  }

  copy(item: unknown, fields: Fields | undefined): unknown {
    if (typeof item !== "object" || item === null || item instanceof Date) return plainScalar(item);
    if (this.#levels <= 0) return undefined;
    const below = this.#below ??= new PlainWay({
      rules: this.#rules,
      levelsLeft: this.#levels - 1,
    });
    if (Array.isArray(item)) return arrayCopy(item, below);
    return fields === undefined ? undefined : this.#plain(fields, below);
  }

  text(copies: readonly unknown[]): string | undefined {
    return plainText(copies);
  }

  /** Makes all fields plain. */
  #plain(fields: Fields, below: PlainWay): Fields | undefined {
    const keys = Object.keys(fields);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]!;
      if (key !== this.keys?.[i] && this.#isOdd(key)) return undefined;
      if (isPlainScalar(fields[key])) continue;
      const copy = copyOf(fields[key], below);
      if (copy === undefined) return undefined;
      fields[key] = copy;
    }
    this.keys = keys;
    return fields;
  }

  /** Whether an object may be one that the rules refuse, for its key. */
  #isOdd(key: string): boolean {
    return key === "rawValue" || this.#rules.keyProblem?.(key) !== undefined;
  }
}

function arrayCopy(items: readonly unknown[], way: QuickWay): unknown[] | undefined {
  if ("toJSON" in items) return undefined;
  const copies = copiesOf(items, way);
  return copies.length === items.length ? copies : undefined;
}

/** Copies of the items from there on, up to the first that has to be written by hand. */
export function copiesOf(
  items: readonly unknown[],
  way: QuickWay,
  start: number = 0,
  most: number = Infinity,
): unknown[] {
  const copies: unknown[] = [];
  try {
    for (let i = start; i < items.length && copies.length < most; i++) {
      const copy = copyOf(items[i], way);
      if (copy === undefined) break;
      copies.push(copy);
    }
  } catch {
    // A getter or a proxy threw: where it is, the way by hand tells.
  }
  return copies;
}

function copyOf(item: unknown, way: QuickWay): unknown {
  const fields = typeof item === "object" && item !== null ? fieldsOf(item) : undefined;
  return fields !== undefined && isFlat(fields, way.keys) ? fields : way.copy(item, fields);
}

/**
 * The own fields of a plain object; `undefined` where it is none, has keys that are symbols, or says
 * itself what is to be written for it.
 */
function fieldsOf(object: object): Fields | undefined {
  if (!isPlainObject(object) || "toJSON" in object) return undefined;
  const fields: Fields = { ...object };
  return Object.getOwnPropertySymbols(fields).length === 0 ? fields : undefined;
}

/** Whether there are just these keys in this order, and plain scalars behind them. */
function isFlat(fields: Fields, keys: readonly string[] | undefined): boolean {
  if (keys === undefined) return false;
  let at = 0;
  for (const key in fields) {
    if (key !== keys[at++] || !isPlainScalar(fields[key])) return false;
  }
  return at === keys.length;
}

/** The wire text of a copy; `undefined` where a string in it has to be written by hand. */
export function plainText(copy: unknown): string | undefined {
  // By a prototype with a `toJSON`, the engine would write something else than what it is given.
  if ("toJSON" in []) return undefined;
  const text = JSON.stringify(copy);
  return ODD_TEXT.test(text) ? undefined : text;
}

/** Whether a value is no object, and `JSON.stringify` writes it exactly. It writes -0 as 0. */
function isPlainScalar(value: unknown): boolean {
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
