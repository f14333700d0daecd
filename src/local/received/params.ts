import { isRecord } from "../../json/kinds.ts";
import { requireFields } from "../../json/copy_fields.ts";
import { ValuePath, type ValueRules } from "../../json/path.ts";
import { STORED_VALUES } from "../../protocol/argument.ts";
import { PIPES_LOG_LEVELS, type PipesMethod } from "../../protocol/framing.ts";
import { metadata } from "./metadata.ts";
import {
  anything,
  arrayOf,
  boolean,
  expecting,
  fieldOf,
  isEmpty,
  nullable,
  optional,
  refuseKind,
  type Shape,
  string,
  withFields,
} from "./shapes.ts";

/**
 * What somebody else wrote may go deeper than what this library writes: 460 levels of metadata were
 * stored and read back, 500 failed the step, and 600 causes were lost.
 */
const RECEIVED_VALUES: ValueRules = { ...STORED_VALUES, maxNesting: 400 };

/** Names in any case, and the numbers by which Python calls the same levels. */
const LEVEL_NAMES = new Set(
  [...PIPES_LOG_LEVELS, "WARN", "FATAL"].map((name) => name.toLowerCase()),
);
const LEVEL_NUMBERS = new Set<unknown>([10n, 20n, 30n, 40n, 50n]);

const level = expecting(
  `one of ${PIPES_LOG_LEVELS.join(", ")}`,
  (level) =>
    typeof level === "string" ? LEVEL_NAMES.has(level.toLowerCase()) : LEVEL_NUMBERS.has(level),
);

const severity = expecting('"WARN" or "ERROR"', (text) => text === "WARN" || text === "ERROR");

const stream = expecting('"stdout" or "stderr"', (text) => text === "stdout" || text === "stderr");

const lines = arrayOf(string);

const EXCEPTION: Shape = {
  message: string,
  // Python joins the characters of a string as well.
  stack: (stack, path) => typeof stack === "string" || lines(stack, path),
  name: nullable(string),
  cause: checkCause,
  context: checkCause,
};

/** What Dagster takes for the arguments of a call. */
const ARGUMENTS: Readonly<Record<Exclude<PipesMethod, "opened" | "closed">, Shape>> = {
  log: { message: string, level: optional(level) },
  report_asset_materialization: { asset_key: string, data_version: nullable(string), metadata },
  report_asset_check: {
    asset_key: string,
    check_name: string,
    passed: boolean,
    severity,
    metadata,
  },
  report_custom_message: { payload: anything },
  log_external_stream: { stream, text: string, extras: optional(anything) },
};

/** Reads the params of a message. Throws where Dagster's reader could not take them. */
export function readParams(method: PipesMethod, params: unknown): Record<string, unknown> {
  if (method !== "opened" && method !== "closed") return readArguments(ARGUMENTS[method], params);
  // The reader looks into these for an exception alone, and takes nothing for an empty object.
  if (method === "closed" && !isEmpty(params)) checkClosed(params);
  return isRecord(params) ? params : {};
}

function readArguments(shape: Shape, params: unknown): Record<string, unknown> {
  const fields = requireFields(params, Object.keys(shape), pathTo("params"));
  for (const [name, check] of Object.entries(shape)) check(fieldOf(fields, name), pathTo(name));
  return fields;
}

function checkClosed(params: unknown): void {
  const isText = typeof params === "string" || Array.isArray(params);
  if (isText && !params.includes("exception")) return;
  if (!isRecord(params)) return refuseKind("an object", params, pathTo("params"));
  if (Object.hasOwn(params, "exception")) checkException(params.exception, pathTo("exception"));
}

function checkCause(cause: unknown, path: ValuePath): void {
  if (!isEmpty(cause)) checkException(cause, path);
}

function checkException(exception: unknown, path: ValuePath): void {
  if (!isRecord(exception)) return refuseKind("an object", exception, path);
  path.open(exception);
  withFields(EXCEPTION)(exception, path);
  path.close();
}

function pathTo(name: string): ValuePath {
  return new ValuePath(name, RECEIVED_VALUES);
}
