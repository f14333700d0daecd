import * as v from "valibot";
import { DagsterPipesError } from "./errors.ts";
import { isRecord, kindOf } from "./json/kinds.ts";

/** An object that is not an array, which valibot accepts as an object. */
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

/** An object with any keys. valibot's `record` skips some, such as `constructor`. */
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

/** An object with these methods, such as the client of a store. */
export function objectWithMethods<T = unknown>(
  message: string,
  ...methods: readonly string[]
): v.GenericSchema<unknown, T> {
  return v.custom<T>(
    (value) => isRecord(value) && methods.every((method) => typeof value[method] === "function"),
    message,
  );
}

/** A time in seconds that a timer can wait for. */
export const SECONDS_SCHEMA: v.GenericSchema<number> = v.pipe(
  v.number("must be a number of seconds"),
  v.minValue(0, "must be 0 or more"),
  v.maxValue(2 ** 31 / 1000 - 1, "must be less than 25 days, the longest time of a timer"),
);

/** The keys of another program may be long, and deeply nested. */
const MAX_ISSUE_CHARS = 500;

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

/** Describes what is wrong with an input, after the path of the field, or the root. */
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
  const text = `${names.join("").replace(/^\./, "") || root}: ${problem}`;
  return text.length > MAX_ISSUE_CHARS ? `${text.slice(0, MAX_ISSUE_CHARS)}…` : text;
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

/** Returns options with their defaults. Refuses options that do not match the schemas. */
export function requireOptions<E extends v.ObjectEntries>(
  functionName: string,
  schemas: E,
  options: unknown,
): v.InferOutput<v.StrictObjectSchema<E, undefined>> {
  const read = readInput(options, objectWithOnly(schemas), { root: "options" });
  if ("output" in read) return read.output;
  const names = Object.keys(schemas);
  const isNameWrong = isRecord(options) &&
    Object.keys(options).some((name) => !names.includes(name));
  const advice = isNameWrong ? `. The options are ${names.join(", ")}` : "";
  const text = `Cannot use the options of ${functionName}: ${read.problem}${advice}`;
  throw new DagsterPipesError("invalid_argument", text);
}
