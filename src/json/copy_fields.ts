import { copyDictionary, type CopyEntry, copyItems, ownFields } from "./copy_value.ts";
import { stringJson } from "./ascii_json.ts";
import { isDictionary, kindOf } from "./kinds.ts";
import type { ValuePath } from "./path.ts";

/** Copies an object with these fields and no others. A copy that is `undefined` is left out. */
export function copyFields(
  value: unknown,
  path: ValuePath,
  copies: Readonly<Record<string, CopyEntry>>,
): Record<string, unknown> {
  const fields = requireFields(value, Object.keys(copies), path);
  const copy: Record<string, unknown> = {};
  for (const [name, copyField] of Object.entries(copies)) {
    const field = path.inside(name, () => copyField(fields[name], path));
    if (field !== undefined) copy[name] = field;
  }
  return copy;
}

/** Returns the fields of an object, each read once. Refuses a field that is not one of these. */
export function requireFields(
  value: unknown,
  names: readonly string[],
  path: ValuePath,
): Record<string, unknown> {
  const fields = ownFields(requireDictionary(value, path), path);
  for (const name of Object.keys(fields)) {
    if (!names.includes(name)) {
      path.refuse(`must not have ${JSON.stringify(name)}: the fields are ${names.join(", ")}`);
    }
  }
  return fields;
}

/** Refuses a value that is not a dictionary. */
export function requireDictionary(
  value: unknown,
  path: ValuePath,
  expected: string = "an object",
): Record<string, unknown> {
  if (isDictionary(value)) return value;
  return path.refuse(`must be ${expected}, got ${kindOf(value)}`);
}

/** Copies a dictionary, by what copies its values. */
export function copyMap(
  value: unknown,
  path: ValuePath,
  copy: CopyEntry,
  expected?: string,
): Record<string, unknown> {
  const dictionary = requireDictionary(value, path, expected);
  path.down();
  const copies = copyDictionary(dictionary, path, copy);
  path.up();
  return copies;
}

/** Copies an array, by what copies its items. */
export function copyList<T>(list: unknown, path: ValuePath, copy: CopyEntry<T>): T[] {
  if (!Array.isArray(list)) return path.refuse(`must be an array, got ${kindOf(list)}`);
  path.down();
  const copies = copyItems(list, path, copy);
  path.up();
  return copies;
}

/** Copies a string. */
export function copyString(value: unknown, path: ValuePath): unknown {
  if (typeof value === "string") return stringJson(value);
  return path.refuse(`must be a string, got ${kindOf(value)}`);
}

/** Copies a boolean. */
export function copyBoolean(value: unknown, path: ValuePath): boolean {
  if (typeof value === "boolean") return value;
  return path.refuse(`must be true or false, got ${kindOf(value)}`);
}
