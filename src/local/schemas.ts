/**
 * The parts that every schema of this package shares, on top of valibot: its messages, and objects
 * as JSON has them.
 *
 * @module
 */
import * as v from "valibot";
import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";

/** Describes a value that is refused; an integer of a line that was received is a `bigint`. */
export function kindOfInput(value: unknown): string {
  return typeof value === "bigint" ? `the integer ${value}` : kindOf(value);
}

/** The message of a schema that refuses a value: what the value must be, and what it is. */
export function mustBe(expected: string): (issue: v.BaseIssue<unknown>) => string {
  return ({ input }) =>
    input === undefined ? "is missing" : `must be ${expected}, got ${kindOfInput(input)}`;
}

/** A string. */
export const STRING_SCHEMA: v.GenericSchema<unknown, string> = v.string(mustBe("a string"));

/** True or false. */
export const BOOLEAN_SCHEMA: v.GenericSchema<unknown, boolean> = v.boolean(mustBe("true or false"));

/** An object, which is not an array as it may be for valibot. */
export const OBJECT_SCHEMA: v.GenericSchema<unknown, Record<string, unknown>> = v.custom<
  Record<string, unknown>
>(isRecord, mustBe("an object"));

/** An object with at least these fields. */
export function objectWith<E extends v.ObjectEntries>(
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.ObjectSchema<E, undefined>>> {
  return v.pipe(OBJECT_SCHEMA, v.object(entries, mustBe("an object")));
}

/** An object with these fields and no others. */
export function objectWithOnly<E extends v.ObjectEntries>(
  entries: E,
): v.GenericSchema<unknown, v.InferOutput<v.StrictObjectSchema<E, undefined>>> {
  const missing = mustBe("an object");
  return v.pipe(
    OBJECT_SCHEMA,
    v.strictObject(
      entries,
      (issue) =>
        issue.expected === "never"
          ? `is not one of the fields ${Object.keys(entries).join(", ")}`
          : missing(issue),
    ),
  );
}

/**
 * An object with any keys. As a map in between, since valibot's own `record` passes over keys such
 * as `constructor`.
 */
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

/** Describes what is wrong with a value: each problem with the path of its field. */
export function issuesText(issues: readonly v.BaseIssue<unknown>[], root: string): string {
  return issues.map(({ path = [], message }) => {
    const names = path.map(({ key }) =>
      typeof key === "string" && /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)
        ? `.${key}`
        : `[${JSON.stringify(key)}]`
    );
    return `${names.join("").replace(/^\./, "") || root}: ${message}`;
  }).join("; ");
}

/** Refuses options that do not fit their schema. */
export function requireOptions(
  functionName: string,
  schema: v.GenericSchema,
  options: unknown,
): void {
  const { issues } = v.safeParse(schema, options);
  if (issues === undefined) return;
  throw new DagsterPipesError(
    "invalid_argument",
    `Cannot use the options of ${functionName}: ${issuesText(issues, "options")}`,
  );
}
