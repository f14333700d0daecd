import { DagsterPipesError } from "../errors.ts";
import { asciiJson, stringJson } from "../json/ascii_json.ts";
import { kindOf } from "../json/kinds.ts";
import type { PipesLogLevel } from "./types.ts";

/** The version of the Pipes protocol that every message carries. */
const PIPES_PROTOCOL_VERSION = "0.1";

/** The methods of the Pipes protocol. */
export const PIPES_METHODS = [
  "opened",
  "closed",
  "log",
  "report_asset_materialization",
  "report_asset_check",
  "report_custom_message",
  "log_external_stream",
] as const;

/** A method of the Pipes protocol. */
export type PipesMethod = (typeof PIPES_METHODS)[number];

/** The levels of Dagster, from least to most severe. */
export const PIPES_LOG_LEVELS: readonly Uppercase<PipesLogLevel>[] = [
  "DEBUG",
  "INFO",
  "WARNING",
  "ERROR",
  "CRITICAL",
];

/** Returns the line of a message: JSON in ASCII, without a line end. */
export function messageLine(method: PipesMethod, params: object): string {
  return asciiJson({ __dagster_pipes_version: PIPES_PROTOCOL_VERSION, method, params });
}

/**
 * The first message of a session.
 *
 * @param extras A copy of what the message writer reports to its reader, made by `copyExtras`.
 */
export function openedLine(extras: object = {}): string {
  return messageLine("opened", { extras });
}

/** The last message of a session that failed before the code was loaded that reads exceptions. */
export function failedLine(message: string): string {
  const exception = {
    message: stringJson(message),
    stack: [],
    name: null,
    cause: null,
    context: null,
  };
  return messageLine("closed", { exception });
}

/** Whether a line is the last message of a session. */
export function isClosedLine(line: string): boolean {
  return line.startsWith(CLOSED_START);
}

const CLOSED_START = messageLine("closed", {}).slice(0, -"{}}".length);

/** A message for Dagster's event log. The level may have any case. */
export function logLine(message: string, level: string): string {
  return messageLine("log", {
    message: stringArgument(message, "message"),
    level: logLevelArgument(level),
  });
}

function logLevelArgument(level: unknown): string {
  const name = typeof level === "string" ? level.toUpperCase() : undefined;
  const known = PIPES_LOG_LEVELS.find((known) => known === name);
  if (known !== undefined) return known;
  return refuseArgument(
    "level",
    `must be one of ${PIPES_LOG_LEVELS.join(", ")}, got ${kindOf(level)}`,
  );
}

/** Copies an argument that must be a string. */
export function stringArgument(value: unknown, name: string): unknown {
  return typeof value === "string"
    ? stringJson(value)
    : refuseArgument(name, `must be a string, got ${kindOf(value)}`);
}

/** Refuses an argument. */
export function refuseArgument(name: string, why: string): never {
  throw new DagsterPipesError("invalid_value", `${name}: ${why}`);
}
