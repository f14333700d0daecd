import * as v from "valibot";
import { isRecord } from "../../json/kinds.ts";
import { PIPES_LOG_LEVELS, type PipesMethod } from "../../protocol/framing.ts";
import type { WireException } from "../../protocol/types.ts";
import type { RecordedEvent, RecordedLog } from "../recorded.ts";
import { kindOfInput, mustBe, objectWith, objectWithOnly, TEXT, TRUE_OR_FALSE } from "../schemas.ts";
import { METADATA } from "./metadata_schemas.ts";
import { isFalsyInPython, MAX_RECEIVED_NESTING_LEVELS, plainValue } from "./python_values.ts";

/** The levels by all that Python calls them: names in lower case, and numbers. */
const LEVEL_BY_NAME: ReadonlyMap<unknown, RecordedLog["level"]> = new Map<
  unknown,
  RecordedLog["level"]
>([
  ...PIPES_LOG_LEVELS.map((level) => [level.toLowerCase(), level] as const),
  ...PIPES_LOG_LEVELS.map((level, index) => [BigInt(10 * (index + 1)), level] as const),
  ["warn", "WARNING"],
  ["fatal", "CRITICAL"],
]);

const LEVEL = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, RecordedLog["level"]>(({ dataset: { value }, addIssue, NEVER }) => {
    const level = LEVEL_BY_NAME.get(typeof value === "string" ? value.toLowerCase() : value);
    if (level !== undefined) return level;
    addIssue({
      message: `must be one of ${PIPES_LOG_LEVELS.join(", ")}, got ${kindOfInput(value)}`,
    });
    return NEVER;
  }),
);

/** The lines of a stack. Python joins the characters of a string as well. */
const STACK: v.GenericSchema<unknown, string[]> = v.lazy((stack) =>
  typeof stack === "string" ? v.pipe(TEXT, v.transform((text) => [text])) : STACK_LINES
);
const STACK_LINES = v.array(TEXT, mustBe("an array"));

const EXCEPTION_FIELDS: v.GenericSchema<unknown, WireException> = objectWith({
  message: TEXT,
  stack: STACK,
  name: v.nullable(TEXT),
  cause: v.lazy(causeSchema),
  context: v.lazy(causeSchema),
});
const NO_CAUSE = v.pipe(v.unknown(), v.transform(() => null));

function causeSchema(cause: unknown): v.GenericSchema<unknown, WireException | null> {
  return isFalsyInPython(cause) ? NO_CAUSE : EXCEPTION_FIELDS;
}

/** Dagster loses an exception with 600 causes, one below the other. */
const EXCEPTION = v.pipe(
  v.unknown(),
  v.check(
    (exception) => causeDepth(exception) <= MAX_RECEIVED_NESTING_LEVELS,
    `is nested deeper than ${MAX_RECEIVED_NESTING_LEVELS} levels, which Dagster could not store`,
  ),
  EXCEPTION_FIELDS,
);

/** How many exceptions lie below each other. */
function causeDepth(exception: unknown): number {
  if (!isRecord(exception)) return 0;
  return 1 + Math.max(causeDepth(exception.cause), causeDepth(exception.context));
}

/** For each method, what Dagster's reader takes as its params, and what Dagster makes of them. */
export const EVENT_SCHEMAS: Readonly<
  Record<PipesMethod, v.GenericSchema<unknown, RecordedEvent>>
> = {
  opened: v.pipe(v.unknown(), v.transform(() => ({ type: "opened" as const }))),
  closed: v.pipe(
    v.unknown(),
    v.transform((params) => hasNoException(params) ? {} : params),
    objectWith({ exception: v.optional(EXCEPTION) }),
    v.transform(({ exception }) => ({
      type: "closed" as const,
      ...exception === undefined ? {} : { exception },
    })),
  ),
  log: v.pipe(
    objectWithOnly({ message: TEXT, level: v.optional(LEVEL, "INFO") }),
    v.transform(({ level, message }) => ({ type: "log" as const, level, message })),
  ),
  report_asset_materialization: v.pipe(
    objectWithOnly({ asset_key: TEXT, data_version: v.nullable(TEXT), metadata: METADATA }),
    v.transform(({ asset_key: assetKey, data_version: dataVersion, metadata }) => ({
      type: "materialization" as const,
      assetKey,
      dataVersion,
      metadata,
    })),
  ),
  report_asset_check: v.pipe(
    objectWithOnly({
      asset_key: TEXT,
      check_name: TEXT,
      passed: TRUE_OR_FALSE,
      severity: v.picklist(["WARN", "ERROR"], mustBe('"WARN" or "ERROR"')),
      metadata: METADATA,
    }),
    v.transform(({ asset_key: assetKey, check_name: checkName, passed, severity, metadata }) => ({
      type: "check" as const,
      assetKey,
      checkName,
      passed,
      severity,
      metadata,
    })),
  ),
  report_custom_message: v.pipe(
    objectWithOnly({ payload: v.unknown() }),
    v.transform(({ payload }) => ({ type: "custom" as const, payload: plainValue(payload) })),
  ),
  log_external_stream: v.pipe(
    objectWithOnly({
      stream: v.picklist(["stdout", "stderr"], mustBe('"stdout" or "stderr"')),
      text: TEXT,
      extras: v.optional(v.unknown()),
    }),
    v.transform(({ stream, text }) => ({ type: "external" as const, stream, text })),
  ),
};

/** The reader only looks for an exception in params that Python's `if` takes for something. */
function hasNoException(params: unknown): boolean {
  return isFalsyInPython(params) ||
    (typeof params === "string" || Array.isArray(params)) && !params.includes("exception");
}
