import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { parsePythonJson } from "../json/read_json.ts";
import type { PipesPartitionKeyRange, PipesTimeWindow } from "./types.ts";

/** The provenance of one asset, as the wire carries it. */
export interface WireProvenance {
  code_version?: string | null;
  input_data_versions: Record<string, string>;
  is_user_provided: boolean;
}

/** The context of a step, as the wire carries it. Keys that a later release adds are kept. */
export interface PipesContextData {
  asset_keys?: string[] | null;
  code_version_by_asset_key?: Record<string, string | null> | null;
  provenance_by_asset_key?: Record<string, WireProvenance | null> | null;
  partition_key?: string | null;
  partition_key_range?: PipesPartitionKeyRange | null;
  partition_time_window?: PipesTimeWindow | null;
  run_id: string;
  job_name?: string | null;
  retry_number?: number;
  extras?: unknown;
}

/** Reads the context that a loader returned: JSON text, or the data. Errors call it by `name`. */
export function readContextData(
  source: string | Record<string, unknown>,
  name: string = "the context that Dagster gave",
): PipesContextData {
  let data: unknown = source;
  try {
    if (typeof source === "string") data = parsePythonJson(source);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const text = `Cannot read ${name}: it is not complete JSON: ${reason}. ` +
      "Check that nothing else wrote to it or cut it short";
    throw new DagsterPipesError("context_invalid", text, { cause });
  }
  const problems = contextProblems(data);
  // Checked above.
  if (problems.length === 0) return data as PipesContextData;
  const text = `Cannot use ${name}: ${problems.join("; ")}. ` +
    "Check that the context loader reads what Dagster's context injector wrote";
  throw new DagsterPipesError("context_invalid", text);
}

/** Returns what is wrong with a context, field by field. */
export function contextProblems(data: unknown): string[] {
  return CONTEXT_CHECK(data, "");
}

/**
 * Returns what is wrong with the value at a path. A library of schemas would cost each start more
 * than the rest of it.
 */
type FieldCheck = (value: unknown, path: string) => string[];

const stringCheck = typeCheck("string");
const spanCheck = objectCheck({ start: stringCheck, end: stringCheck });

const CONTEXT_CHECK = objectCheck<Exclude<keyof PipesContextData, "extras">>({
  run_id: stringCheck,
  asset_keys: orNull(stringsCheck),
  code_version_by_asset_key: orNull(mapCheck(orNull(stringCheck))),
  provenance_by_asset_key: orNull(mapCheck(orNull(objectCheck<keyof WireProvenance>({
    code_version: orNull(stringCheck),
    input_data_versions: mapCheck(stringCheck),
    is_user_provided: typeCheck("boolean"),
  })))),
  partition_key: orNull(stringCheck),
  partition_key_range: orNull(spanCheck),
  partition_time_window: orNull(spanCheck),
  job_name: orNull(stringCheck),
  retry_number: retryNumberCheck,
});

function problem(value: unknown, path: string, expected: string): string[] {
  return [`${path || "the context"} must ${expected}, got ${kindOf(value)}`];
}

function typeCheck(expected: "string" | "boolean"): FieldCheck {
  return (value, path) => {
    const type: string = typeof value;
    return type === expected ? [] : problem(value, path, `be a ${expected}`);
  };
}

function retryNumberCheck(value: unknown, path: string): string[] {
  if (value === undefined) return [];
  if (typeof value !== "number" || Number.isNaN(value)) return problem(value, path, "be a number");
  if (!Number.isSafeInteger(value)) return problem(value, path, "be a whole number");
  return value < 0 ? problem(value, path, "not be negative") : [];
}

function orNull(check: FieldCheck): FieldCheck {
  return (value, path) => value === null || value === undefined ? [] : check(value, path);
}

function stringsCheck(list: unknown, path: string): string[] {
  if (!Array.isArray(list)) return problem(list, path, "be an array of strings or null");
  // A copy, because `flatMap` skips holes.
  return [...list].flatMap((item, i) => stringCheck(item, `${path}.${i}`));
}

function mapCheck(check: FieldCheck): FieldCheck {
  return (map, path) => {
    if (!isRecord(map)) return problem(map, path, "be an object");
    return Object.entries(map).flatMap(([key, item]) => check(item, `${path}.${key}`));
  };
}

function objectCheck<Name extends string>(fields: Readonly<Record<Name, FieldCheck>>): FieldCheck {
  return (value, path) => {
    if (!isRecord(value)) return problem(value, path, "be an object");
    return Object.entries<FieldCheck>(fields).flatMap(([name, check]) => {
      const at = path === "" ? name : `${path}.${name}`;
      const problems = check(value[name], at);
      const isMissing = problems.length > 0 && !(name in value);
      return isMissing ? problem(undefined, at, "be there") : problems;
    });
  };
}
