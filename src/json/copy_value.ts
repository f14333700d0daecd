import { integerJson, isExact, numberJson, stringJson } from "./write_json.ts";
import { isDate, isDictionary, kindOf, tagOf } from "./kinds.ts";
import type { ValuePath } from "./path.ts";
import { MAX_DIGITS } from "./read_json.ts";

const INTEGER_LIMIT = 10n ** BigInt(MAX_DIGITS);

/** Copies a value of one kind, and refuses any other value. */
export type CopyEntry<T = unknown> = (value: unknown, path: ValuePath) => T;

/**
 * Copies any JavaScript value that JSON can hold exactly, for `asciiJson` to write, and refuses any
 * other. Unlike `JSON.stringify` it drops nothing in silence, and keeps every digit. Each field is
 * read once: what was checked is written, whatever a getter or a proxy returns the next time.
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
  return path.refuse(`must be a finite number, got ${value}: Dagster's UI cannot read it here`);
}

/** Copies an integer that Python can read. */
export function copyInteger(value: bigint, path: ValuePath): unknown {
  if (value < INTEGER_LIMIT && value > -INTEGER_LIMIT) return integerJson(value);
  return path.refuse(`has more than ${MAX_DIGITS} digits, more than Python reads`);
}

export function copyString(value: unknown, path: ValuePath): unknown {
  if (typeof value === "string") return stringJson(value);
  return path.refuse(`must be a string, got ${kindOf(value)}`);
}

export function copyBoolean(value: unknown, path: ValuePath): boolean {
  if (typeof value === "boolean") return value;
  return path.refuse(`must be true or false, got ${kindOf(value)}`);
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
    const isTyped = "rawValue" in value && typeof value.type === "string";
    if (!isTyped || Object.keys(value).length !== 2) return copyDictionary(value, path, copyValue);
    return path.refuse(
      "is a value made by MetadataValue, and would arrive as its two fields: such values belong " +
        "directly in metadata. Use the value itself here",
    );
  }
  const tag = tagOf(value);
  if (tag === "Map") {
    return copyDictionary(fieldsOfMap(value as Map<unknown, unknown>, path), path, copyValue);
  }
  if (tag === "Set" || ArrayBuffer.isView(value) && tag !== "DataView") {
    return copyItems(Array.from(value as Iterable<unknown>), path, copyValue);
  }
  const content = /^(?:String|Number|Boolean)$/.test(tag) ? value.valueOf() : value;
  if (typeof content !== "object") return copyValue(content, path);
  return path.refuse(`must be a JSON value, got ${kindOf(value)}`);
}

function fieldsOfMap(map: Iterable<[unknown, unknown]>, path: ValuePath): Record<string, unknown> {
  const entries = [...map];
  const odd = entries.find(([key]) => typeof key !== "string");
  if (odd === undefined) return Object.fromEntries(entries);
  return path.refuse(`has a key that is not a string, but ${kindOf(odd[0])}`);
}

/** Copies an array, and each of its items with a function. */
export function copyList<T>(list: unknown, path: ValuePath, copy: CopyEntry<T>): T[] {
  if (!Array.isArray(list)) return path.refuse(`must be an array, got ${kindOf(list)}`);
  path.down();
  const copies = copyItems(list, path, copy);
  path.up();
  return copies;
}

/** The path must be at the level of the items. */
function copyItems<T>(items: readonly unknown[], path: ValuePath, copy: CopyEntry<T>): T[] {
  const copies: T[] = [];
  for (let i = 0; i < items.length; i++) {
    path.key = i;
    copies.push(copy(items[i], path));
  }
  return copies;
}

/** Copies an object with any fields, and each of their values with a function. */
export function copyMap(value: unknown, path: ValuePath, copy: CopyEntry): Record<string, unknown> {
  path.down();
  const copies = copyDictionary(requireDictionary(value, path), path, copy);
  path.up();
  return copies;
}

/** The path must be at the level of the fields. */
function copyDictionary(
  dictionary: object,
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

/** Copies an object with these fields and no others. A copy that is `undefined` is left out. */
export function copyFields(
  value: unknown,
  path: ValuePath,
  copies: Readonly<Record<string, CopyEntry>>,
): Record<string, unknown> {
  const fields = ownFields(requireDictionary(value, path), path);
  const unknown = Object.keys(fields).find((name) => !Object.hasOwn(copies, name));
  if (unknown !== undefined) {
    const known = Object.keys(copies).join(", ");
    path.refuse(`must not have ${JSON.stringify(unknown)}: the fields are ${known}`);
  }
  const copy: Record<string, unknown> = {};
  for (const [name, copyField] of Object.entries(copies)) {
    const field = path.inside(name, () => copyField(fields[name], path));
    if (field !== undefined) copy[name] = field;
  }
  return copy;
}

export function requireDictionary(value: unknown, path: ValuePath): Record<string, unknown> {
  if (isDictionary(value)) return value;
  return path.refuse(`must be an object, got ${kindOf(value)}`);
}

/** Reads each own field of a dictionary once. A key that is a symbol would be dropped in silence. */
export function ownFields(value: object, path: ValuePath): Record<string, unknown> {
  let fields: Record<string, unknown>;
  try {
    fields = { ...value };
  } catch (error) {
    // One of the getters threw: find out which.
    for (const key of Object.keys(value)) {
      path.key = key;
      Reflect.get(value, key);
    }
    throw error;
  }
  const [symbol] = Object.getOwnPropertySymbols(fields);
  if (symbol === undefined) return fields;
  return path.refuse(
    `has a key that is a symbol, ${String(symbol)}: JSON has only strings for keys`,
  );
}

/** Replaces lone surrogates in keys by U+FFFD. */
export function withWellFormedKeys(
  fields: Record<string, unknown>,
  path: ValuePath,
): Record<string, unknown> {
  const entries = Object.entries(fields);
  const copy = Object.fromEntries(entries.map(([key, value]) => [key.toWellFormed(), value]));
  if (Object.keys(copy).length === entries.length) return copy;
  return path.refuse(
    "has two keys that become the same one when their lone surrogates are replaced by U+FFFD",
  );
}
