import * as v from "valibot";
import { isRecord } from "../../json/kinds.ts";
import { PIPES_LOG_LEVELS, type PipesMethod } from "../../protocol/framing.ts";
import type { WireException } from "../../protocol/types.ts";
import type { RecordedEvent, RecordedLog } from "../recorded.ts";
import { objectWith, objectWithOnly } from "../schemas.ts";
import { METADATA_SCHEMA } from "./metadata_schemas.ts";
import {
  isFalsyInPython,
  MAX_RECEIVED_NESTING_LEVELS,
  NESTED_TOO_DEEP,
  plainValue,
  unlessFalsy,
} from "./python_values.ts";

/** The levels by everything that Python calls them: names in lower case, and numbers. */
const LEVELS_IN_PYTHON = new Map<unknown, RecordedLog["level"]>([
  ...PIPES_LOG_LEVELS.map((level) => [level.toLowerCase(), level] as const),
  ...PIPES_LOG_LEVELS.map((level, index) => [BigInt(10 * (index + 1)), level] as const),
  ["warn", "WARNING"],
  ["fatal", "CRITICAL"],
]);

const LEVEL_SCHEMA = v.pipe(
  v.unknown(),
  v.transform((level) =>
    LEVELS_IN_PYTHON.get(typeof level === "string" ? level.toLowerCase() : level) ?? level
  ),
  v.picklist(PIPES_LOG_LEVELS),
);

/** The lines of a stack. Python joins the characters of a string as well. */
const STACK_SCHEMA = v.pipe(
  v.unknown(),
  v.transform((stack) => typeof stack === "string" ? [stack] : stack),
  v.array(v.string()),
);

const EXCEPTION_FIELDS_SCHEMA: v.GenericSchema<unknown, WireException> = objectWith({
  message: v.string(),
  stack: STACK_SCHEMA,
  name: v.nullable(v.string()),
  cause: unlessFalsy(() => EXCEPTION_FIELDS_SCHEMA),
  context: unlessFalsy(() => EXCEPTION_FIELDS_SCHEMA),
});

/** Dagster loses an exception with 600 causes, one below the other. */
const EXCEPTION_SCHEMA = v.pipe(
  v.unknown(),
  v.check((exception) => causeDepth(exception) <= MAX_RECEIVED_NESTING_LEVELS, NESTED_TOO_DEEP),
  EXCEPTION_FIELDS_SCHEMA,
);

/** How many exceptions lie below each other. */
function causeDepth(exception: unknown): number {
  if (!isRecord(exception)) return 0;
  return 1 + Math.max(causeDepth(exception.cause), causeDepth(exception.context));
}

/** A schema of params that have only these fields, and what Dagster makes of them. */
function eventOf<E extends v.ObjectEntries>(
  entries: E,
  toEvent: (params: v.InferOutput<v.StrictObjectSchema<E, undefined>>) => RecordedEvent,
): v.GenericSchema<unknown, RecordedEvent> {
  return v.pipe(objectWithOnly(entries), v.transform(toEvent));
}

/** For each method, what Dagster's reader takes as its params, and what Dagster makes of them. */
export const EVENT_SCHEMAS: Readonly<
  Record<PipesMethod, v.GenericSchema<unknown, RecordedEvent>>
> = {
  opened: v.pipe(v.unknown(), v.transform((): RecordedEvent => ({ type: "opened" }))),
  closed: v.pipe(
    v.unknown(),
    v.transform((params) => hasNoException(params) ? {} : params),
    objectWith({ exception: v.optional(EXCEPTION_SCHEMA) }),
    v.transform(({ exception }): RecordedEvent => ({
      type: "closed",
      ...exception && { exception },
    })),
  ),
  log: eventOf(
    { message: v.string(), level: v.optional(LEVEL_SCHEMA, "INFO") },
    ({ level, message }) => ({ type: "log", level, message }),
  ),
  report_asset_materialization: eventOf(
    { asset_key: v.string(), data_version: v.nullable(v.string()), metadata: METADATA_SCHEMA },
    ({ asset_key: assetKey, data_version: dataVersion, metadata }) => (
      { type: "materialization", assetKey, dataVersion, metadata }
    ),
  ),
  report_asset_check: eventOf(
    {
      asset_key: v.string(),
      check_name: v.string(),
      passed: v.boolean(),
      severity: v.picklist(["WARN", "ERROR"]),
      metadata: METADATA_SCHEMA,
    },
    ({ asset_key: assetKey, check_name: checkName, ...result }) => (
      { type: "check", assetKey, checkName, ...result }
    ),
  ),
  report_custom_message: eventOf(
    { payload: v.unknown() },
    ({ payload }) => ({ type: "custom", payload: plainValue(payload) }),
  ),
  log_external_stream: eventOf(
    {
      stream: v.picklist(["stdout", "stderr"]),
      text: v.string(),
      extras: v.optional(v.unknown()),
    },
    ({ stream, text }) => ({ type: "external", stream, text }),
  ),
};

/** The reader only looks for an exception in params that Python's `if` takes for something. */
function hasNoException(params: unknown): boolean {
  return isFalsyInPython(params) ||
    (typeof params === "string" || Array.isArray(params)) && !params.includes("exception");
}
