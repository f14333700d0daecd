import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { readPythonJson } from "../json/read_json.ts";
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
 * A few plain checks let the expected shape pass. Only what does not pass them is shown to the
 * schema, which says field by field what is wrong, and which would cost more to load than all the
 * rest of opening a session.
 */
export async function readContextData(
  source: string | Record<string, unknown>,
  name: string = "the context that Dagster gave",
): Promise<PipesContextData> {
  const data = typeof source === "string" ? await parseText(source, name) : source;
  if (isContextData(data)) return data;
  const { problems, cause } = await explain(data);
  throw new DagsterPipesError(
    "context_invalid",
    `Cannot use ${name}: ${problems.join("; ")}. ` +
      "Check that the context loader reads what Dagster's context injector wrote",
    cause === undefined ? undefined : { cause },
  );
}

/**
 * What is wrong with a context. Where the schema cannot be loaded, being offline or bundled, no
 * more than the fields is told.
 */
async function explain(
  data: unknown,
): Promise<{ problems: string[]; cause?: unknown }> {
  try {
    // Named so that no tool sees the import: of what it sees in a package from JSR, lazy imports
    // too, Deno resolves the npm packages before a script starts, and each start would pay for
    // valibot.
    const schemaModule = import.meta.url.replace(/[^/]*(\.\w+)$/, "context_schema$1");
    const { explainContextData } = await import(schemaModule);
    return { problems: explainContextData(data) };
  } catch (cause) {
    return { problems: wrongFields(data), cause };
  }
}

function wrongFields(data: unknown): string[] {
  if (!isRecord(data)) return [`it must be an object, got ${kindOf(data)}`];
  return Object.entries(FIELDS).filter(([name, isRight]) => !isRight(data[name]))
    .map(([name]) => `${name} has the wrong shape`);
}

async function parseText(text: string, name: string): Promise<unknown> {
  try {
    return await readPythonJson(text);
  } catch (cause) {
    throw new DagsterPipesError(
      "context_invalid",
      `Cannot read ${name}: it is not JSON, or not all of it: ${(cause as Error).message}. ` +
        "Check that nothing else wrote to it or cut it short",
      { cause },
    );
  }
}

/**
 * Whether a value has the shape of a context: the same question that the schema answers, with the
 * reasons left out.
 */
export function isContextData(data: unknown): data is PipesContextData {
  return isRecord(data) && Object.entries(FIELDS).every(([name, isRight]) => isRight(data[name]));
}

const FIELDS: Readonly<
  Record<Exclude<keyof PipesContextData, "extras">, (value: unknown) => boolean>
> = {
  run_id: isString,
  asset_keys: (keys) => isOptional(keys, () => Array.isArray(keys) && [...keys].every(isString)),
  code_version_by_asset_key: (map) =>
    isOptional(map, () => isMapOf(map, (version) => isOptional(version, isString))),
  provenance_by_asset_key: (map) =>
    isOptional(map, () => isMapOf(map, (item) => isOptional(item, isProvenance))),
  partition_key: (key) => isOptional(key, isString),
  partition_key_range: (range) => isOptional(range, isSpan),
  partition_time_window: (window) => isOptional(window, isSpan),
  job_name: (name) => isOptional(name, isString),
  retry_number: (number) =>
    number === undefined || Number.isSafeInteger(number) && Number(number) >= 0,
};

function isOptional(value: unknown, check: (value: unknown) => boolean): boolean {
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
