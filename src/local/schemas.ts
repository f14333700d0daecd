import * as v from "valibot";
import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";

/** An object, which is not an array as it may be for valibot. */
const OBJECT_SCHEMA = v.custom<Record<string, unknown>>(isRecord, "must be an object");

/** An object with at least these fields. */
export function objectWith<E extends v.ObjectEntries>(
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<E, undefined>>> {
  return v.pipe(OBJECT_SCHEMA, v.object(entries));
}

/** An object with these fields and no others. */
export function objectWithOnly<E extends v.ObjectEntries>(
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.StrictObjectSchema<E, undefined>>> {
  return v.pipe(OBJECT_SCHEMA, v.strictObject(entries));
}

/** An object with any keys: valibot's own `record` passes over some, such as `constructor`. */
export function recordOf<T>(
  values: v.GenericSchema<unknown, T>,
): v.GenericSchema<unknown, Record<string, T>> {
  return v.pipe(
    OBJECT_SCHEMA,
    v.transform((object) => new Map(Object.entries(object))),
    v.map(v.string(), values),
    v.transform((map) => Object.fromEntries(map)),
  );
}

/** A time in seconds that a timer can wait for. */
export const SECONDS_SCHEMA: v.GenericSchema<number> = v.pipe(
  v.number("must be a number of seconds"),
  v.minValue(0, "must be 0 or more"),
  v.maxValue(2 ** 31 / 1000 - 1, "must be less than 25 days, the longest time of a timer"),
);

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "a string",
  boolean: "true or false",
  number: "a number",
  Array: "an array",
  Function: "a function",
};

function defaultMessage({ expected }: v.BaseIssue<unknown>): string {
  if (expected === "never") return "is unknown";
  const types = expected?.replace(/^\(|\)$/g, "").split(" | ") ?? [];
  return `must be ${types.map((type) => TYPE_NAMES[type] ?? type).join(" or ")}`;
}

/** Describes what is wrong with an input, with the path of each wrong field, or of the root. */
function issueText({ path, input, message }: v.BaseIssue<unknown>, root: string): string {
  const names = (path ?? []).map(({ key }) =>
    typeof key === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)
      ? `.${key}`
      : `[${JSON.stringify(key)}]`
  );
  // An integer of a line that was received is a bigint.
  const kind = typeof input === "bigint" ? `the integer ${input}` : kindOf(input);
  const got = message.startsWith("must be ") ? `, got ${kind}` : "";
  const problem = input === undefined ? "is missing" : message + got;
  return `${names.join("").replace(/^\./, "") || root}: ${problem}`;
}

/** Reads an input by a schema. Reports all problems, or only the first. */
export function readInput<T>(
  input: unknown,
  schema: v.GenericSchema<unknown, T>,
  { root, abortEarly = false }: { readonly root: string; readonly abortEarly?: boolean },
): { readonly output: T } | { readonly problem: string } {
  const config = { abortEarly, message: defaultMessage };
  const { success, output, issues } = v.safeParse(schema, input, config);
  if (success) return { output };
  return { problem: issues.map((issue) => issueText(issue, root)).join("; ") };
}

/** Refuses options that do not fit the schemas of their fields. */
export function requireOptions(
  functionName: string,
  schemas: v.ObjectEntries,
  options: unknown,
): void {
  const read = readInput(options, objectWithOnly(schemas), { root: "options" });
  if (!("problem" in read)) return;
  const names = Object.keys(schemas);
  const isNameWrong = isRecord(options) &&
    Object.keys(options).some((name) => !names.includes(name));
  const advice = isNameWrong ? `. The options are ${names.join(", ")}` : "";
  const text = `Cannot use the options of ${functionName}: ${read.problem}${advice}`;
  throw new DagsterPipesError("invalid_argument", text);
}

/**
 * How deep metadata and causes may be nested. Another process may go deeper than this library does:
 * 460 levels of metadata were stored and read back, 500 failed the step, and 600 causes were lost.
 */
export const MAX_RECEIVED_NESTING_LEVELS = 400;

/** What is wrong with a value that is nested deeper. */
export const NESTED_TOO_DEEP: string =
  `is nested deeper than ${MAX_RECEIVED_NESTING_LEVELS} levels, which Dagster could not store`;

/** Whether Python's `if` takes a value for nothing: null, false, zero, or an empty container. */
export function isFalsyInPython(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return !value && !Number.isNaN(value);
}

const NULL_SCHEMA = v.pipe(v.unknown(), v.transform(() => null));

/** What a schema takes, or null for a value that Python's `if` takes for nothing. */
export function unlessFalsy<T>(
  schema: () => v.GenericSchema<unknown, T>,
): v.GenericSchema<unknown, T | null> {
  return v.lazy<v.GenericSchema<unknown, T | null>>((value) =>
    isFalsyInPython(value) ? NULL_SCHEMA : schema()
  );
}

/** A received value as JavaScript would parse it: integers are numbers if a number can hold them. */
export function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) return value.map(plainValue);
  return typeof value === "object" && value !== null ? plainRecord(value) : value;
}

/** The same for the values of an object. */
export function plainRecord(object: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, entry]) => [key, plainValue(entry)]));
}
