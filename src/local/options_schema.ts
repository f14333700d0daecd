/**
 * The words in which options are told to be wrong, on top of valibot: what it says of a field follows
 * the field's name.
 *
 * @module
 */
import * as v from "valibot";
import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import { assetKeyProblem } from "../protocol/asset_key.ts";
import type { PipesAssetKey } from "../protocol/types.ts";

/** A schema that takes, and gives, a value of a type. */
export type Schema<T> = v.GenericSchema<T>;

/** A string. */
export const string: Schema<string> = v.string("must be a string");

/** True or false. */
export const boolean: Schema<boolean> = v.boolean("must be true or false");

/** Any value. */
export const anything: Schema<unknown> = v.unknown();

/** A whole number that is not negative. */
export const count: Schema<number> = v.pipe(
  v.number("must be a number"),
  v.safeInteger("must be a whole number"),
  v.minValue(0, "must not be negative"),
);

/** A time in seconds. */
export const seconds: Schema<number> = v.pipe(
  v.number("must be a number of seconds"),
  v.minValue(0, "must not be negative"),
  // No timer of JavaScript takes more.
  v.maxValue(2 ** 31 / 1000 - 1, "must be less than 25 days"),
);

/** The key of an asset. */
export const assetKey: Schema<PipesAssetKey> = v.pipe(
  v.custom<PipesAssetKey>(() => true),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = assetKeyProblem(dataset.value);
    if (problem !== undefined) addIssue({ message: problem });
  }),
);

/** One of some words. */
export function oneOf(...words: readonly string[]): Schema<string> {
  return v.picklist(words, `must be one of ${words.map((word) => `"${word}"`).join(", ")}`);
}

/** A value that something holds for, as its message says. */
export function satisfying(holds: (value: unknown) => boolean, message: string): Schema<unknown> {
  return v.pipe(v.unknown(), v.check(holds, message));
}

/** What may be left out. */
export function optional<T>(schema: Schema<T>): Schema<T | undefined> {
  return v.optional(schema);
}

/** What may be null. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return v.nullable(schema);
}

/** An array. */
export function listOf<T>(item: Schema<T>): Schema<T[]> {
  return v.array(item, "must be an array");
}

/** An object of values by any names. */
export function mapOf<T>(value: Schema<T>): Schema<Record<string, T>> {
  return v.record(v.string(), value, "must be an object");
}

/** An object with these fields and no others. */
export function objectOf<E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, string> {
  return v.strictObject(entries, "must be an object");
}

/** A string, or else what another schema takes. */
export function stringOr<T>(schema: Schema<T>): Schema<string | T> {
  return v.lazy((value): Schema<string | T> => typeof value === "string" ? string : schema);
}

/** Refuses options that are not of their schema, and says of each field what is wrong. */
export function checkOptions<E extends v.ObjectEntries>(
  name: string,
  schema: v.StrictObjectSchema<E, string>,
  options: unknown,
): void {
  // To valibot an array is an object too.
  const { issues } = v.safeParse(schema, Array.isArray(options) ? null : options);
  if (issues === undefined) return;
  const problems = issues.map((issue) => {
    if (issue.path === undefined) return `they must be an object, got ${kindOf(options)}`;
    return problemOf(issue, issue.path, Object.keys(schema.entries));
  });
  throw new DagsterPipesError(
    "invalid_argument",
    `Cannot use the options of ${name}: ${problems.join("; ")}`,
  );
}

function problemOf(
  { type, expected, message, input }: v.BaseIssue<unknown>,
  path: readonly v.IssuePathItem[],
  fields: readonly string[],
): string {
  const at = path.map(({ key }, index) =>
    typeof key === "number" ? `[${key}]` : index === 0 ? String(key) : `.${key}`
  ).join("");
  if (type !== "strict_object" || expected === "Object") {
    return `${at} ${message}, got ${kindOf(input)}`;
  }
  if (expected !== "never") return `${at} must be there`;
  const known = path.length === 1 ? `: the options are ${fields.join(", ")}` : "";
  return `there is no ${at}${known}`;
}
