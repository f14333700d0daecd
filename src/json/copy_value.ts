import { integerJson, isExact, numberJson, stringJson } from "./ascii_json.ts";
import { isBoxed, isDate, isDictionary, isMap, isSet, kindOf } from "./kinds.ts";
import type { ValuePath } from "./path.ts";
import { MAX_DIGITS, setField } from "./python_json.ts";

const INTEGER_LIMIT = 10n ** BigInt(MAX_DIGITS);

/** Copies a value of one kind, and refuses any other value. */
export type CopyEntry<T = unknown> = (value: unknown, path: ValuePath) => T;

/**
 * Copies any JavaScript value that JSON can hold exactly, for `asciiJson` to write, and refuses
 * everything else by name. Unlike `JSON.stringify` it drops nothing in silence, and keeps every
 * digit. Each field is read once: what was checked is what is written, whatever a getter or a proxy
 * returns the next time.
 */
export function copyValue(value: unknown, path: ValuePath): unknown {
  switch (typeof value) {
    case "string":
      return stringJson(value);
    case "number":
      return copyNumber(value, path);
    case "boolean":
      return value;
    case "bigint":
      return copyInteger(value, path);
    case "object":
      return value === null ? null : copyObject(value, path);
    default: {
      const advice = value === undefined ? ": use null for a missing value" : "";
      return path.refuse(`must be a JSON value, got ${kindOf(value)}${advice}`);
    }
  }
}

/** Copies a finite number. */
export function copyNumber(value: number, path: ValuePath): unknown {
  if (Number.isFinite(value)) return numberJson(value);
  return path.refuse(`must be a finite number, got ${value}: ${path.rules.whyFinite}`);
}

/** Copies an integer that Python can read. */
export function copyInteger(value: bigint, path: ValuePath): unknown {
  if (value < INTEGER_LIMIT && value > -INTEGER_LIMIT) return integerJson(value);
  return path.refuse(`has more than ${MAX_DIGITS} digits, more than Python reads`);
}

function copyObject(object: object, path: ValuePath): unknown {
  const value = "toJSON" in object ? followToJSON(object, path) : object;
  if (typeof value !== "object" || value === null) return copyValue(value, path);
  path.open(value);
  if (object !== value) path.open(object);
  const copy = copyEntries(value, path);
  if (object !== value) path.close();
  path.close();
  return copy;
}

/** Follows `toJSON`, as `JSON.stringify` does: once, and before anything else is read. */
export function followToJSON(value: object, path: ValuePath): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== "function") return value;
  if (isDate(value) && Number.isNaN(value.getTime())) path.refuse("is an invalid Date");
  try {
    return toJSON.call(value, "");
  } catch (error) {
    return path.refuse("cannot be read: its toJSON threw", error);
  }
}

function copyEntries(value: object, path: ValuePath): unknown {
  if (Array.isArray(value)) return copyItems(value, path, copyValue);
  if (isDictionary(value)) {
    const problem = path.rules.objectProblem?.(value);
    return problem === undefined ? copyDictionary(value, path, copyValue) : path.refuse(problem);
  }
  if (isBoxed(value)) return copyValue(value.valueOf(), path);
  if (isMap(value)) return copyDictionary(fieldsOfMap(value, path), path, copyValue);
  if (isSet(value)) return copyItems([...value], path, copyValue);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return copyItems(Array.from(value as Uint8Array), path, copyValue);
  }
  return path.refuse(`must be a JSON value, got ${kindOf(value)}`);
}

/** Copies the items of an array. The path has to stand at the level of the items. */
export function copyItems<T>(
  items: readonly unknown[],
  path: ValuePath,
  copy: CopyEntry<T>,
): T[] {
  const copies: T[] = [];
  for (let i = 0; i < items.length; i++) {
    path.key = i;
    copies.push(copy(items[i], path));
  }
  return copies;
}

/** Copies the fields of a dictionary. The path has to stand at their level. */
export function copyDictionary(
  dictionary: Readonly<Record<string, unknown>>,
  path: ValuePath,
  copy: CopyEntry,
): Record<string, unknown> {
  const fields = ownFields(dictionary, path);
  const keys = Object.keys(fields);
  let isWellFormed = true;
  // By index: the first large value runs before the code is compiled, and iterators are slow there.
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!;
    if (!path.checkedKeys.has(key) && !path.checkKey(key)) isWellFormed = false;
    const value = fields[key];
    // Most values are scalars, and need no copy.
    if (copy === copyValue && isExact(value)) continue;
    path.key = key;
    const valueCopy = copy(value, path);
    if (valueCopy !== value) fields[key] = valueCopy;
  }
  path.key = undefined;
  return isWellFormed ? fields : withWellFormedKeys(fields, path);
}

/** Reads each own field of an object once. A key that is a symbol would be dropped in silence. */
export function ownFields(object: object, path: ValuePath): Record<string, unknown> {
  let fields: Record<string, unknown>;
  try {
    fields = { ...object };
  } catch (error) {
    // One of the getters threw: find out which.
    for (const key of Object.keys(object)) {
      path.key = key;
      Reflect.get(object, key);
    }
    throw error;
  }
  const [symbol] = Object.getOwnPropertySymbols(fields);
  if (symbol === undefined) return fields;
  return path.refuse(
    `has a key that is a symbol, ${String(symbol)}: JSON has only strings for keys`,
  );
}

function fieldsOfMap(map: ReadonlyMap<unknown, unknown>, path: ValuePath): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of map) {
    if (typeof key !== "string") {
      return path.refuse(`has a key that is not a string, but ${kindOf(key)}`);
    }
    setField(fields, key, value);
  }
  return fields;
}

/** Replaces halves of surrogate pairs in keys by U+FFFD. */
export function withWellFormedKeys(
  fields: Record<string, unknown>,
  path: ValuePath,
): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    const name = key.toWellFormed();
    if (Object.hasOwn(copy, name)) {
      path.refuse(
        "has two keys that become the same one when their lone surrogates are replaced by U+FFFD",
      );
    }
    setField(copy, name, value);
  }
  return copy;
}
