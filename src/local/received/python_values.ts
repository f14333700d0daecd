import * as v from "valibot";

/**
 * How deep metadata and causes may be nested. In Dagster, 460 levels of metadata were stored and read
 * back, 500 failed the step, and 600 causes were lost.
 */
export const MAX_RECEIVED_NESTING_LEVELS = 400;

export const NESTED_TOO_DEEP: string =
  `is nested deeper than ${MAX_RECEIVED_NESTING_LEVELS} levels, which Dagster could not store`;

/** Whether a value is falsy in Python: null, false, zero, or an empty string or container. */
export function isFalsyInPython(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return !value && !Number.isNaN(value);
}

const NULL_SCHEMA = v.pipe(v.unknown(), v.transform(() => null));

/** What a schema takes, or null for a value that is falsy in Python. */
export function unlessFalsy<T>(
  schema: () => v.GenericSchema<unknown, T>,
): v.GenericSchema<unknown, T | null> {
  return v.lazy<v.GenericSchema<unknown, T | null>>((value) =>
    isFalsyInPython(value) ? NULL_SCHEMA : schema()
  );
}

/** Converts a received value: integers become numbers if a number can hold them. */
export function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === "object" && value !== null ? plainRecord(value) : value;
}

export function plainRecord(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, entry]) => [key, plainValue(entry)]));
}
