import { isRecord, kindOf } from "../../json/kinds.ts";
import { DagsterPipesError } from "../../errors.ts";
import type { StandardIssue, StandardResult, StandardSchemaV1 } from "./standard_schema.ts";

/** The extras as the script is to see them: what its schema makes of them, or as they came. */
export async function checkExtras<E>(
  extras: unknown,
  schema: StandardSchemaV1<unknown, E> | undefined,
  isStandalone: boolean,
): Promise<E> {
  // Without a schema `E` is what the caller says it is, as in `JSON.parse`.
  if (schema === undefined) return extras as E;
  try {
    return extrasFrom<E>(await schema["~standard"].validate(extras), extras, isStandalone);
  } catch (error) {
    return refuseThrown(error);
  }
}

/** The same, for a caller who cannot wait. */
export function checkExtrasAtOnce<E>(
  extras: unknown,
  schema: StandardSchemaV1<unknown, E> | undefined,
): E {
  if (schema === undefined) return extras as E;
  try {
    const result = schema["~standard"].validate(extras);
    if (!(result instanceof Promise)) return extrasFrom(result, extras, false);
  } catch (error) {
    refuseThrown(error);
  }
  throw new DagsterPipesError(
    "invalid_argument",
    "Cannot wait for an extrasSchema here that takes its time: let withDagsterPipes check by it",
  );
}

/** The extras that a schema gave. */
function extrasFrom<E>(result: StandardResult<E>, extras: unknown, isStandalone: boolean): E {
  // arktype's failure is an array that has issues besides.
  if (typeof result !== "object" || result === null || !("value" in result || "issues" in result)) {
    throw new DagsterPipesError(
      "extras_invalid",
      `Cannot check the extras: the extrasSchema must give a value or issues, got ${
        kindOf(result)
      }`,
    );
  }
  if (result.issues === undefined) return result.value;
  const problems = result.issues.map((issue) => problemText(issue, extras)).join("; ");
  throw new DagsterPipesError(
    "extras_invalid",
    isStandalone
      ? `Cannot run without Dagster: this script needs extras that only Dagster gives (${problems}). Give the fields ` +
        "defaults in extrasSchema"
      : `Cannot use the extras that Dagster gave: ${problems}. Pass them as extras where Dagster launches this process`,
  );
}

/** What to throw where an extra is not there. */
export function missingExtra(extras: unknown, key: PropertyKey): DagsterPipesError {
  const there = isRecord(extras) ? Object.keys(extras) : undefined;
  return new DagsterPipesError(
    "undefined_property",
    `Cannot get the extra ${JSON.stringify(key)}: the extras ${
      there === undefined
        // What they are may be secret.
        ? `are ${Array.isArray(extras) ? "an array" : `a ${typeof extras}`}`
        : there.length === 0
        ? "are empty"
        : `are ${there.join(", ")}`
    }. Pass it as extras where Dagster launches this process`,
  );
}

/** Refuses extras where their schema threw. */
function refuseThrown(cause: unknown): never {
  if (cause instanceof DagsterPipesError) throw cause;
  throw new DagsterPipesError(
    "extras_invalid",
    "Cannot check the extras: the extrasSchema threw",
    { cause },
  );
}

/** A message in which a value does not stand: one of a few letters may only be quoted in it. */
function withoutValue(message: string, value: unknown): string {
  if (!["string", "number", "bigint"].includes(typeof value)) return message;
  const text = String(value);
  // Some libraries quote a string as JSON, with escapes in it.
  return [JSON.stringify(text).slice(1, -1), text].reduce((message, text) => {
    const unquoted = message.replaceAll(`"${text}"`, '"…"').replaceAll(`'${text}'`, "'…'");
    return text.length < 4 ? unquoted : unquoted.replaceAll(text, "…");
  }, message);
}

/** Where an issue is, and what. The value itself may be secret, and is left out of what is said. */
function problemText({ message, path = [] }: StandardIssue, extras: unknown): string {
  const keys = path.map((segment) => typeof segment === "object" ? segment.key : segment);
  let value = extras;
  for (const key of keys) {
    value = isRecord(value) || Array.isArray(value) ? Reflect.get(value, key) : undefined;
  }
  return `${["extras", ...keys.map(String)].join(".")}: ${withoutValue(message, value)}`;
}
