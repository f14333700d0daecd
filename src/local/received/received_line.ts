import * as v from "valibot";
import { isRecord } from "../../json/kinds.ts";
import { parseAsPython } from "../../json/read_json.ts";
import { PIPES_LOG_LEVELS, PIPES_METHODS, type PipesMethod } from "../../protocol/messages.ts";
import type { WireException } from "../../protocol/types.ts";
import { objectWith, objectWithOnly, readInput } from "../../schemas.ts";
import type { RecordedEvent, RecordedLog } from "../recorded.ts";
import { METADATA_SCHEMA } from "./metadata_schemas.ts";
import {
  isFalsyInPython,
  MAX_RECEIVED_NESTING_LEVELS,
  NESTED_TOO_DEEP,
  plainValue,
  unlessFalsy,
} from "./python_values.ts";

/** A message of another process that Dagster's reader takes. */
export interface ReceivedMessage {
  readonly method: PipesMethod;
  /** Its content as it was received, with integers as `bigint`. */
  readonly params: Record<string, unknown>;
  readonly event: RecordedEvent;
}

/** A line of another process: a message, or what is wrong with it, with the path in the params. */
export type ReceivedLine = ReceivedMessage | { readonly problem: string };

/** An escape that may be half of a surrogate pair. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

const MESSAGE_SCHEMA = objectWith({
  __dagster_pipes_version: v.unknown(),
  method: v.picklist(PIPES_METHODS),
  params: v.unknown(),
});

/** The levels by their names in Python, in lower case, and by their numbers. */
const LEVELS_IN_PYTHON = new Map<unknown, RecordedLog["level"]>([
  ...PIPES_LOG_LEVELS.map((level) => [level.toLowerCase(), level] as const),
  ...PIPES_LOG_LEVELS.map((level, index) => [BigInt(10 * (index + 1)), level] as const),
  ["warn", "WARNING"],
  ["fatal", "CRITICAL"],
]);

const RECEIVED_LEVEL_SCHEMA = v.pipe(
  v.unknown(),
  v.transform((level) =>
    LEVELS_IN_PYTHON.get(typeof level === "string" ? level.toLowerCase() : level) ?? level
  ),
  v.picklist(PIPES_LOG_LEVELS),
);

/** A stack may be one string: Python joins its characters. */
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

const EXCEPTION_SCHEMA = v.pipe(
  v.unknown(),
  v.check((exception) => causeDepth(exception) <= MAX_RECEIVED_NESTING_LEVELS, NESTED_TOO_DEEP),
  EXCEPTION_FIELDS_SCHEMA,
);

function causeDepth(exception: unknown): number {
  if (!isRecord(exception)) return 0;
  return 1 + Math.max(causeDepth(exception.cause), causeDepth(exception.context));
}

/** A schema of params that have only these fields, with the event that Dagster makes of them. */
function eventOf<E extends v.ObjectEntries>(
  entries: E,
  toEvent: (params: v.InferOutput<v.StrictObjectSchema<E, undefined>>) => RecordedEvent,
): v.GenericSchema<unknown, RecordedEvent> {
  return v.pipe(objectWithOnly(entries), v.transform(toEvent));
}

/** For each method, the params that Dagster's reader takes, with the event that Dagster makes. */
const EVENT_SCHEMAS: Readonly<
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
    { message: v.string(), level: v.optional(RECEIVED_LEVEL_SCHEMA, "INFO") },
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

/** Dagster's reader looks for an exception only in params that are not falsy in Python. */
function hasNoException(params: unknown): boolean {
  return isFalsyInPython(params) ||
    (typeof params === "string" || Array.isArray(params)) && !params.includes("exception");
}

/**
 * Reads a line as Dagster's reader does, with or without its line end. A message that the reader
 * cannot read ends it, and all later messages are lost: such a line must not be passed on.
 *
 * A few lines that the reader takes are refused too, because they are lost, or break what reads the
 * stored event:
 *
 * - half of a surrogate pair anywhere
 * - the keys in metadata that mark objects of Dagster's storage (`__class__` and the like)
 * - metadata or causes nested deeper than 400 levels, anything else deeper than 800
 * - a log level that is a number other than 10, 20, 30, 40 and 50
 * - a timestamp that is not finite, a column of a lineage whose name is not a string
 * - an exception whose message, name or stack is not text
 * - no `__dagster_pipes_version`, without which readers of logs take the line for output
 *
 * A message that fails the step later, such as a report on an unknown asset, is taken.
 */
export function readReceivedLine(line: string | Uint8Array): ReceivedLine {
  let text: string;
  try {
    const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    text = typeof line === "string" ? line : utf8.decode(line);
  } catch {
    return { problem: "the line is not UTF-8 text" };
  }
  // In Python, a carriage return ends a line too, and both together are one line end.
  text = text.replace(/(?:\r\n|\r|\n)$/, "");
  if (/[\r\n]/.test(text)) {
    return { problem: "the line has a line end inside, where Python ends it" };
  }
  let json: unknown;
  try {
    json = parseAsPython(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const why = `not JSON that Python reads, or half of it: ${error.message}`;
    return { problem: `the line is ${text.trim() === "" ? "blank" : why}` };
  }
  const message = readInput(json, MESSAGE_SCHEMA, { root: "the line", abortEarly: true });
  if ("problem" in message) return message;
  const { method, params } = message.output;
  const read = readInput(params, EVENT_SCHEMAS[method], { root: "params", abortEarly: true });
  if ("problem" in read) return read;
  if (SURROGATE_ESCAPE.test(text) && !isWellFormed(json)) {
    return { problem: "the line holds half of a surrogate pair" };
  }
  return { method, params: isRecord(params) ? params : {}, event: read.output };
}

/** Whether all strings in a value, and all keys, are Unicode text. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, entry]) => key.isWellFormed() && isWellFormed(entry));
}
