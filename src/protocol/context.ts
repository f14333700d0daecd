import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { parsePythonJson } from "../json/python_json.ts";
import type { PipesPartitionKeyRange, PipesTimeWindow } from "./types.ts";

/** The provenance of one asset, as the wire has it. */
export interface WireProvenance {
  code_version?: string | null;
  input_data_versions: Record<string, string>;
  is_user_provided: boolean;
}

/** What Dagster tells a step, as the wire has it. Keys that a later release adds are kept. */
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

/** Reads the context that a loader gave: JSON text, or the data itself. Errors call it by `name`. */
export function readContextData(
  source: string | Record<string, unknown>,
  name: string = "the context that Dagster gave",
): PipesContextData {
  const data = typeof source === "string" ? parseText(source, name) : source;
  if (isContextData(data)) return data;
  throw new DagsterPipesError(
    "context_invalid",
    `Cannot use ${name}: ${contextProblems(data).join("; ")}. ` +
      "Check that the context loader reads what Dagster's context injector wrote",
  );
}

function parseText(text: string, name: string): unknown {
  try {
    return parsePythonJson(text);
  } catch (cause) {
    throw new DagsterPipesError(
      "context_invalid",
      `Cannot read ${name}: it is not JSON, or not all of it: ${(cause as Error).message}. ` +
        "Check that nothing else wrote to it or cut it short",
      { cause },
    );
  }
}

function isContextData(data: unknown): data is PipesContextData {
  return contextProblems(data).length === 0;
}

/** What is wrong with a context, field by field; nothing where it has the right shape. */
export function contextProblems(data: unknown): string[] {
  return CONTEXT(data, "");
}

/** Says what is wrong with a value that stands at a path; nothing where it has the shape. */
type Shape = (value: unknown, path: string) => string[];

const span = object({ start: string, end: string });
const provenance = object({
  code_version: nullable(string),
  input_data_versions: mapOf(string),
  is_user_provided: boolean,
});

const FIELDS: Readonly<Record<Exclude<keyof PipesContextData, "extras">, Shape>> = {
  run_id: string,
  asset_keys: nullable(strings),
  code_version_by_asset_key: nullable(mapOf(nullable(string))),
  provenance_by_asset_key: nullable(mapOf(nullable(provenance))),
  partition_key: nullable(string),
  partition_key_range: nullable(span),
  partition_time_window: nullable(span),
  job_name: nullable(string),
  retry_number: count,
};
const CONTEXT = object(FIELDS);

function problem(value: unknown, path: string, expected: string): string[] {
  return [`${path || "the context"} must ${expected}, got ${kindOf(value)}`];
}

function string(value: unknown, path: string): string[] {
  return typeof value === "string" ? [] : problem(value, path, "be a string");
}

function boolean(value: unknown, path: string): string[] {
  return typeof value === "boolean" ? [] : problem(value, path, "be a boolean");
}

function count(value: unknown, path: string): string[] {
  if (value === undefined) return [];
  if (typeof value !== "number" || Number.isNaN(value)) return problem(value, path, "be a number");
  return [
    ...(Number.isSafeInteger(value) ? [] : problem(value, path, "be a whole number")),
    ...(value < 0 ? problem(value, path, "not be negative") : []),
  ];
}

function nullable(shape: Shape): Shape {
  return (value, path) => value === null || value === undefined ? [] : shape(value, path);
}

function strings(list: unknown, path: string): string[] {
  return Array.isArray(list)
    // A copy, as `flatMap` passes over holes.
    ? [...list].flatMap((item, i) => string(item, `${path}.${i}`))
    : problem(list, path, "be an array of strings or null");
}

function mapOf(shape: Shape): Shape {
  return (map, path) =>
    isRecord(map)
      ? Object.entries(map).flatMap(([key, item]) => shape(item, `${path}.${key}`))
      : problem(map, path, "be an object");
}

function object(fields: Readonly<Record<string, Shape>>): Shape {
  return (value, path) => {
    if (!isRecord(value)) return problem(value, path, "be an object");
    return Object.entries(fields).flatMap(([name, shape]) => {
      const at = path === "" ? name : `${path}.${name}`;
      const problems = shape(value[name], at);
      return problems.length > 0 && !(name in value)
        ? problem(undefined, at, "be there")
        : problems;
    });
  };
}
