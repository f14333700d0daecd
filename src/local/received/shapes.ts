import { isRecord, kindOf } from "../../json/kinds.ts";
import { requireFields } from "../../json/copy_fields.ts";
import type { ValuePath } from "../../json/path.ts";
import { floatText } from "../../json/value_text.ts";

/**
 * Looks at a value of a line that somebody else wrote, an integer of it a `bigint` and a float a
 * number, and refuses one that Dagster's reader could not take. What is missing is `undefined`.
 */
export type Check = (value: unknown, path: ValuePath) => void;

/** What an object must be: a check for each of its fields. */
export type Shape = Readonly<Record<string, Check>>;

/** Any value at all. */
export const anything: Check = expecting("a value", (value) => value !== undefined);

/** A string. */
export const string: Check = expecting("a string", (value) => typeof value === "string");

/** True or false. */
export const boolean: Check = expecting("true or false", (value) => typeof value === "boolean");

/** Takes what is `accepted`, and calls it `expected` where it is not. */
export function expecting(expected: string, accepted: (value: unknown) => boolean): Check {
  return (value, path) => {
    if (!accepted(value)) refuseKind(expected, value, path);
  };
}

/** Refuses a value of another kind than the expected. */
export function refuseKind(expected: string, value: unknown, path: ValuePath): never {
  return path.refuse(
    value === undefined
      ? `is missing, and must be ${expected}`
      : `must be ${expected}, got ${pythonKindOf(value)}`,
  );
}

/** Says what a value of the line is, to end a sentence with `got`. */
export function pythonKindOf(value: unknown): string {
  switch (typeof value) {
    case "bigint": {
      const digits = value.toString();
      return `the whole number ${digits.length > 40 ? `${digits.slice(0, 40)}…` : digits}`;
    }
    case "number":
      return `the number ${floatText(value)}`;
    case "boolean":
      return String(value);
    default:
      return kindOf(value);
  }
}

/** Lets a field be missing. */
export function optional(check: Check): Check {
  return (value, path) => value === undefined || check(value, path);
}

/** Lets a value be null. */
export function nullable(check: Check): Check {
  return (value, path) => value === null || check(value, path);
}

/** Lets a value be anything that Python's `if` takes for nothing. */
export function unlessEmpty(check: Check): Check {
  return (value, path) => isEmpty(value) || check(value, path);
}

/** Whether Python's `if` takes a value for nothing: null, false, zero and what holds nothing. */
export function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return !value && value !== undefined && !Number.isNaN(value);
}

/** An array, by its items. */
export function arrayOf(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return refuseKind("an array", value, path);
    value.forEach((item, i) => path.inside(i, () => check(item, path)));
  };
}

/**
 * An array, by its items; or another thing of which Python's `for` gets no item: an empty string or
 * object.
 */
export function itemsOf(check: Check): Check {
  const array = arrayOf(check);
  return (value, path) => value === "" || isRecord(value) && isEmpty(value) || array(value, path);
}

/** An object with any keys, by their values. */
export function dictionaryOf(check: Check): Check {
  return (value, path) => {
    if (!isRecord(value)) return refuseKind("an object", value, path);
    for (const key of Object.keys(value)) path.inside(key, () => check(value[key], path));
  };
}

/** An object with these fields. Python leaves others alone where it asks for each field by name. */
export function withFields(shape: Shape): Check {
  return (value, path) => {
    if (!isRecord(value)) return refuseKind("an object", value, path);
    for (const [name, check] of Object.entries(shape)) {
      path.inside(name, () => check(fieldOf(value, name), path));
    }
  };
}

/** An object with these fields and no others: Python takes them for the arguments of a call. */
export function withJustFields(shape: Shape): Check {
  const fields = withFields(shape);
  return (value, path) => {
    fields(value, path);
    requireFields(value, Object.keys(shape), path);
  };
}

/** A field of an object's own, `undefined` where it is missing. */
export function fieldOf(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
