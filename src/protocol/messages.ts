import { asciiJson, stringJson } from "../json/write_json.ts";
import { kindOf } from "../json/kinds.ts";
import { ValuePath } from "../json/path.ts";
import type { PipesLogLevel, WireException } from "./types.ts";

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
  return asciiJson({ __dagster_pipes_version: "0.1", method, params });
}

/** The first message of a session, with the extras of its writer that `copyExtras` copied. */
export function openedLine(extras: object = {}): string {
  return messageLine("opened", { extras });
}

/** The last message of a session that failed before the code that reads exceptions was loaded. */
export function failedLine(message: string): string {
  const exception = { ...wireException(""), message: stringJson(message) };
  return messageLine("closed", { exception });
}

/** Returns an exception with all five keys. */
export function wireException(
  message: string,
  stack: readonly string[] = [],
  name: string | null = null,
): WireException {
  return { message, stack, name, cause: null, context: null };
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
  const levels = PIPES_LOG_LEVELS.join(", ");
  return new ValuePath("level").refuse(`must be one of ${levels}, got ${kindOf(level)}`);
}

/** Copies an argument that must be a string. */
export function stringArgument(value: unknown, name: string): unknown {
  if (typeof value === "string") return stringJson(value);
  return new ValuePath(name).refuse(`must be a string, got ${kindOf(value)}`);
}
