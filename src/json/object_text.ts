import { isKeyed, kindOf } from "./kinds.ts";
import { keysOf } from "./value_text.ts";
import type { ValuePath } from "./path.ts";

/** The wire text of an array, by that of its items. */
export function listText(
  list: unknown,
  path: ValuePath,
  itemText: (item: unknown, path: ValuePath) => string,
): string {
  if (!Array.isArray(list)) {
    return path.refuse(`must be an array, got ${kindOf(list)}`);
  }
  let text = "[";
  for (let i = 0; i < list.length; i++) {
    text += `${i === 0 ? "" : ","}${at(i, path, () => itemText(list[i], path))}`;
  }
  return `${text}]`;
}

/** The wire text of what lies one step further down the path. */
export function at(segment: string | number, path: ValuePath, text: () => string): string {
  path.enter(segment);
  const result = text();
  path.leave();
  return result;
}

/** The fields of an object that must have just these, none missing. */
export function exactly(
  value: unknown,
  keys: readonly string[],
  path: ValuePath,
): Record<string, unknown> {
  const fields = known(value, keys, path);
  for (const key of keys) {
    if (fields[key] === undefined) {
      path.refuse(`must have ${JSON.stringify(key)}`);
    }
  }
  return fields;
}

/** The fields of an object that may have just these. */
export function known(
  value: unknown,
  keys: readonly string[],
  path: ValuePath,
): Record<string, unknown> {
  if (!isKeyed(value)) {
    return path.refuse(`must be an object, got ${kindOf(value)}`);
  }
  for (const key of keysOf(value, path)) {
    if (!keys.includes(key)) {
      path.refuse(`must not have ${JSON.stringify(key)}: there is ${keys.join(", ")}`);
    }
  }
  return value;
}
