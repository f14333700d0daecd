import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";

/**
 * A schema of any library that follows Standard Schema (version 1), such as valibot, zod or
 * arktype: the part of that interface that this package uses.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  /** The schema's properties. */
  readonly "~standard": {
    /** The version of the interface. */
    readonly version: 1;
    /** The name of the library. */
    readonly vendor: string;
    /** Checks a value. */
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** The types of the input and the output, which only the compiler uses. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/**
 * What a schema returns for a value: the value to use, or what is wrong with it.
 */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/**
 * One thing that is wrong with a value.
 */
export interface StandardIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Returns the extras as the script's schema returns them, or as Dagster passed them. */
export async function checkExtras<E>(
  extras: unknown,
  schema: StandardSchemaV1<unknown, E> | undefined,
  isStandalone: boolean,
): Promise<E> {
  // Without a schema, the caller chooses the type `E`, as with `JSON.parse`.
  if (schema === undefined) return extras as E;
  try {
    return extrasFrom<E>(await schema["~standard"].validate(extras), extras, isStandalone);
  } catch (error) {
    throw schemaError(error);
  }
}

/** Does the same for a caller that cannot wait. */
export function checkExtrasAtOnce<E>(
  extras: unknown,
  schema: StandardSchemaV1<unknown, E> | undefined,
): E {
  if (schema === undefined) return extras as E;
  try {
    const result = schema["~standard"].validate(extras);
    if (!(result instanceof Promise)) return extrasFrom(result, extras, false);
    throw new DagsterPipesError(
      "invalid_argument",
      "Cannot use an asynchronous extrasSchema here: pass it to withDagsterPipes instead",
    );
  } catch (error) {
    throw schemaError(error);
  }
}

export function missingExtra(extras: unknown, key: PropertyKey): DagsterPipesError {
  const found = isRecord(extras) ? Object.keys(extras).join(", ") || "empty" : typeText(extras);
  return new DagsterPipesError(
    "undefined_property",
    `Cannot get the extra ${JSON.stringify(key)}: the extras are ${found}. ` +
      "Pass it as extras where Dagster launches this process",
  );
}

function extrasFrom<E>(result: StandardResult<E>, extras: unknown, isStandalone: boolean): E {
  // A failure of arktype is an array that also has issues.
  if (typeof result !== "object" || result === null || !("value" in result || "issues" in result)) {
    throw new DagsterPipesError(
      "extras_invalid",
      `Cannot check the extras: the extrasSchema must return a value or issues, got ${
        kindOf(result)
      }`,
    );
  }
  if (result.issues === undefined) return result.value;
  const problems = result.issues.map((issue) => problemText(issue, extras)).join("; ");
  throw new DagsterPipesError(
    "extras_invalid",
    isStandalone
      ? `Cannot run without Dagster: this script needs extras that only Dagster passes (${problems}). Set defaults ` +
        "for the fields in extrasSchema"
      : `Cannot use the extras that Dagster gave: ${problems}. Pass them as extras where Dagster launches this process`,
  );
}

function schemaError(cause: unknown): DagsterPipesError {
  if (cause instanceof DagsterPipesError) return cause;
  const message = "Cannot check the extras: the extrasSchema threw";
  return new DagsterPipesError("extras_invalid", message, { cause });
}

/** Describes an issue without the value, which may be a secret: a message may quote it. */
function problemText(issue: StandardIssue, extras: unknown): string {
  const keys = (issue.path ?? []).map((part) => typeof part === "object" ? part.key : part);
  let value = extras;
  for (const key of keys) {
    value = isRecord(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  }
  const path = ["extras", ...keys.map(String)].join(".");
  return value === undefined
    ? `${path}: is missing`
    : `${path}: ${brokenRule(issue)}, got ${typeText(value)}`;
}

/** Describes a rule by the names that valibot, zod and arktype have for it. */
function brokenRule(issue: StandardIssue): string {
  const nameOf = (field: string): string | undefined => {
    const name: unknown = Reflect.get(issue, field);
    // A text of several words, as arktype's `expected` may be, can quote the value as well.
    return typeof name === "string" && /^\w+$/.test(name) ? name : undefined;
  };
  const expected = nameOf("expected");
  if (expected !== undefined) return `expected ${expected}`;
  const rule = nameOf("code") ?? nameOf("type");
  return rule === undefined ? "refused by the schema" : `breaks the rule ${rule} of the schema`;
}

function typeText(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
