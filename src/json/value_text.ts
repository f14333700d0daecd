import { isDictionary, kindOf } from "./kinds.ts";
import type { ValuePath } from "./path.ts";
import { copiesOf, plainText, PlainWay, type QuickWay } from "./plain_way.ts";
import { MAX_DIGITS } from "./python_json.ts";
import { stringText } from "./string_text.ts";

const INTEGER_LIMIT = 10n ** BigInt(MAX_DIGITS);

/** The wire text of a finite number: whole numbers with every digit, `-0.0` for minus zero. */
export function numberText(value: number, path: ValuePath): string {
  if (Number.isSafeInteger(value)) {
    return Object.is(value, -0) ? "-0.0" : String(value);
  }
  if (!Number.isFinite(value)) {
    path.refuse(`must be a finite number, got ${value}: ${path.rules.whyFinite}`);
  }
  // `String` rounds a whole number beyond 2^53 to 17 digits. From 1e21 on it is written with an
  // exponent, and is exact.
  return Number.isInteger(value) && Math.abs(value) < 1e21
    ? BigInt(value).toString()
    : String(value);
}

/**
 * The wire text of a number that Python must read as a `float`: it always has a point or an
 * exponent.
 */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  // Python writes and reads `NaN`, `Infinity` and `-Infinity` as bare tokens.
  const text = String(value);
  return Number.isInteger(value) && !text.includes("e") ? `${text}.0` : text;
}

/** The wire text of an integer. */
export function integerText(value: bigint, path: ValuePath): string {
  if (value >= INTEGER_LIMIT || value <= -INTEGER_LIMIT) {
    path.refuse(`has more than ${MAX_DIGITS} digits, more than Python reads`);
  }
  return value.toString();
}

/**
 * The wire text of any JavaScript value that JSON can say exactly; everything else is refused by
 * name. Unlike `JSON.stringify` it drops nothing in silence, and keeps every digit.
 */
export function jsonText(value: unknown, path: ValuePath): string {
  switch (typeof value) {
    case "string":
      return stringText(value);
    case "number":
      return numberText(value, path);
    case "boolean":
      return value ? "true" : "false";
    case "bigint":
      return integerText(value, path);
    case "object":
      return value === null ? "null" : nestedText(value, path);
    default: {
      const advice = value === undefined ? ": say null for what is not there" : "";
      return path.refuse(`must be a JSON value, got ${kindOf(value)}${advice}`);
    }
  }
}

/** Follows `toJSON`, as `JSON.stringify` does: once, and before anything else is looked at. */
export function throughToJSON(value: object, path: ValuePath): unknown {
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    path.refuse("is an invalid Date");
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== "function") return value;
  try {
    return toJSON.call(value, "");
  } catch (error) {
    return path.refuse("cannot be read: its toJSON threw", error);
  }
}

function nestedText(object: object, path: ValuePath): string {
  // Of an array it is found out for each item.
  const [copy] = Array.isArray(object) ? [] : copiesOf([object], new PlainWay(path));
  return (copy === undefined ? copy : plainText(copy)) ?? nestedTextByHand(object, path);
}

/** The same, where the engine would not do. */
function textByHand(value: unknown, path: ValuePath): string {
  return typeof value === "object" && value !== null
    ? nestedTextByHand(value, path)
    : jsonText(value, path);
}

function nestedTextByHand(object: object, path: ValuePath): string {
  const said = throughToJSON(object, path);
  if (typeof said !== "object" || said === null) return jsonText(said, path);
  return isBoxed(said) ? jsonText(said.valueOf(), path) : containerText(said, object, path);
}

/** Whether an object is nothing but a string, number or boolean. */
export function isBoxed(object: object): boolean {
  return /^\[object (?:String|Number|Boolean)\]$/.test(Object.prototype.toString.call(object)) &&
    typeof object.valueOf() !== "object";
}

/** The wire text of a container; it is what `object` said that it is, or the same. */
export function containerText(value: object, object: object, path: ValuePath): string {
  path.open(value);
  if (object !== value) path.open(object);
  const text = openedText(value, path);
  if (object !== value) path.close();
  path.close();
  return text;
}

function openedText(value: object, path: ValuePath): string {
  if (Array.isArray(value)) return runsText(value, path, textByHand);
  if (isDictionary(value)) {
    const problem = path.rules.objectProblem?.(value);
    return problem === undefined ? dictionaryText(value, path) : path.refuse(problem);
  }
  if (value instanceof Map) {
    return entriesText([...value.keys()], (key) => value.get(key), path);
  }
  if (value instanceof Set) return runsText([...value], path, textByHand);
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value) && kind !== "DataView") {
    return runsText(Array.from(value as Uint8Array), path, textByHand);
  }
  return path.refuse(`must be a JSON value, got ${kindOf(value)}`);
}

/** Makes the wire text of an item. */
type ItemText = (item: unknown, path: ValuePath) => string;

/** The wire text of an array, by that of its items. */
export function arrayText(values: readonly unknown[], path: ValuePath, itemText: ItemText): string {
  const texts: string[] = [];
  for (let i = 0; i < values.length; i++) {
    texts.push(path.inside(i, () => itemText(values[i], path)));
  }
  return `[${texts.join(",")}]`;
}

/** How many copies there are at once: a copy of all would take as much memory as the value. */
const MOST_AT_ONCE = 1000;

/**
 * The same, with the items written by the engine, many at once. Only those that it would not write
 * exactly, or that are refused, are left to `itemText`.
 */
export function runsText(
  values: readonly unknown[],
  path: ValuePath,
  itemText: ItemText,
  quick: QuickWay = new PlainWay(path),
): string {
  let text = "";
  let separator = "[";
  for (let at = 0; at < values.length;) {
    const copies = copiesOf(values, quick, at, MOST_AT_ONCE);
    const run = copies.length > 0 ? quick.text(copies) : undefined;
    const end = at + Math.max(copies.length, 1);
    if (run !== undefined) {
      text += separator + run.slice(1, -1);
      separator = ",";
      at = end;
    }
    for (; at < end; at++) {
      text += separator + path.inside(at, () => itemText(values[at], path));
      separator = ",";
    }
  }
  return text === "" ? "[]" : `${text}]`;
}

/** The wire text of a dictionary, by that of its values. */
export function dictionaryText(
  dictionary: Record<string, unknown>,
  path: ValuePath,
  valueText: (value: unknown, path: ValuePath, key: string) => string = jsonText,
): string {
  refuseSymbols(dictionary, path);
  return entriesText(Object.keys(dictionary), (key) => dictionary[key], path, valueText);
}

/** A key that is a symbol would be dropped in silence. */
export function refuseSymbols(object: object, path: ValuePath): void {
  for (const symbol of Object.getOwnPropertySymbols(object)) {
    if (Object.prototype.propertyIsEnumerable.call(object, symbol)) {
      path.refuse(`has a key that is a symbol, ${String(symbol)}: JSON has only strings for keys`);
    }
  }
}

/** The wire text of an object, given by its keys and a way to get at each value. */
function entriesText<K>(
  keys: readonly K[],
  get: (key: K) => unknown,
  path: ValuePath,
  valueText: (value: unknown, path: ValuePath, key: K) => string = jsonText,
): string {
  const names: string[] = [];
  let mended = false;
  let text = "";
  for (const key of keys) {
    if (typeof key !== "string") {
      return path.refuse(`has a key that is not a string, but ${kindOf(key)}`);
    }
    const name = key.toWellFormed();
    mended ||= name !== key;
    names.push(name);
    const problem = path.rules.keyProblem?.(name);
    if (problem !== undefined) path.refuse(problem);
    path.enter(key);
    text += `${text === "" ? "" : ","}${stringText(name)}:${valueText(get(key), path, key)}`;
    path.leave();
  }
  if (mended && new Set(names).size < names.length) {
    path.refuse(
      "has two keys that become the same one when their lone surrogates are replaced by U+FFFD",
    );
  }
  return `{${text}}`;
}
