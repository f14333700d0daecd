import { DagsterPipesError } from "../errors.ts";
import { isRecord } from "./params.ts";
import { parsePythonJson } from "./python_json.ts";
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

/**
 * Reads the context that a loader gave: JSON text, or the data itself. Errors call it by `name`.
 *
 * A few plain checks let the expected shape pass. Only what does not pass them is shown to the schema, which says field by
 * field what is wrong, and which would cost more to load than all the rest of opening a session.
 */
export async function readContextData(
  source: string | Record<string, unknown>,
  name: string = "the context that Dagster gave",
): Promise<PipesContextData> {
  const data = typeof source === "string" ? parseText(source, name) : source;
  if (isContextData(data)) return data;
  const { explainContextData } = await import("./context_schema.ts");
  const problems = explainContextData(data);
  throw new DagsterPipesError(
    "context_invalid",
    `Cannot use ${name}: ${problems.join("; ")}. ` +
      "Check that the context loader reads what Dagster's context injector wrote",
  );
}

function parseText(text: string, name: string): unknown {
  try {
    return parsePythonJson(text);
  } catch (cause) {
    throw new DagsterPipesError(
      "context_invalid",
      `Cannot read ${name}: it is not JSON, or not all of it: ${
        (cause as Error).message
      }. ` +
        "Check that nothing else wrote to it or cut it short",
      { cause },
    );
  }
}

/** Whether a value has the shape of a context: the same question that the schema answers, with the reasons left out. */
export function isContextData(data: unknown): data is PipesContextData {
  return isRecord(data) &&
    typeof data.run_id === "string" &&
    isOptional(
      data.asset_keys,
      (keys) => Array.isArray(keys) && [...keys].every(isString),
    ) &&
    isOptional(
      data.code_version_by_asset_key,
      (map) => isMapOf(map, (version) => isOptional(version, isString)),
    ) &&
    isOptional(
      data.provenance_by_asset_key,
      (map) => isMapOf(map, (item) => isOptional(item, isProvenance)),
    ) &&
    isOptional(data.partition_key, isString) &&
    isOptional(data.partition_key_range, isSpan) &&
    isOptional(data.partition_time_window, isSpan) &&
    isOptional(data.job_name, isString) &&
    (data.retry_number === undefined ||
      Number.isSafeInteger(data.retry_number) &&
        Number(data.retry_number) >= 0);
}

function isOptional(
  value: unknown,
  check: (value: unknown) => boolean,
): boolean {
  return value === null || value === undefined || check(value);
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}

function isMapOf(value: unknown, check: (value: unknown) => boolean): boolean {
  return isRecord(value) && Object.values(value).every(check);
}

function isSpan(value: unknown): boolean {
  return isRecord(value) && isString(value.start) && isString(value.end);
}

function isProvenance(value: unknown): boolean {
  return isRecord(value) && isOptional(value.code_version, isString) &&
    isMapOf(value.input_data_versions, isString) &&
    typeof value.is_user_provided === "boolean";
}
