import { kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { objectText, stringText } from "../json/string_text.ts";
import type { PipesLogLevel, WireException } from "./types.ts";

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

/** The levels that Dagster knows, from least to most severe. */
export const PIPES_LOG_LEVELS: readonly Uppercase<PipesLogLevel>[] = [
  "DEBUG",
  "INFO",
  "WARNING",
  "ERROR",
  "CRITICAL",
];

/** The start of a message, up to its params. */
function messageHead(method: PipesMethod): string {
  return `{"__dagster_pipes_version":"${PIPES_PROTOCOL_VERSION}","method":"${method}","params":`;
}

/** A message, by the wire texts of its params. */
export function messageLine(
  method: PipesMethod,
  params: Readonly<Record<string, string | undefined>>,
): string {
  return `${messageHead(method)}${objectText(params)}}`;
}

const CLOSED = messageHead("closed");
const STREAM = messageHead("log_external_stream");
const LOG = `${messageHead("log")}{"message":`;

/** A message but for one text in it: what stands ahead of the text in its quotes, and behind it. */
export interface LineFrame {
  readonly head: string;
  readonly tail: string;
}

const LOG_FRAMES = new Map<string, LineFrame>();

/** The frame of a log message by its level, in any case that a caller may write. */
export function logFrame(level: string): LineFrame {
  const ready = LOG_FRAMES.get(level);
  if (ready !== undefined) return ready;
  const name = PIPES_LOG_LEVELS.find((name) =>
    typeof level === "string" && name === level.toUpperCase()
  );
  if (name === undefined) {
    refuseArgument("level", `must be one of ${PIPES_LOG_LEVELS.join(", ")}, got ${kindOf(level)}`);
  }
  const frame = { head: LOG, tail: `,"level":"${name}"}}` };
  LOG_FRAMES.set(level, frame);
  return frame;
}

/** The line of a text in its frame. */
export function framedLine({ head, tail }: LineFrame, text: string): string {
  return `${head}${stringText(text)}${tail}`;
}

/**
 * The first message of a session; with the wire text of what the message writer has to tell its
 * reader.
 */
export function openedLine(extrasText: string = "{}"): string {
  return messageLine("opened", { extras: extrasText });
}

/** The last message of a session; with an exception where it failed. */
export function closedLine(exception?: WireException): string {
  const text = exception === undefined ? undefined : exceptionText(exception);
  return messageLine("closed", { exception: text });
}

function exceptionText({ message, stack, name, cause, context }: WireException): string {
  return objectText({
    message: stringText(message),
    stack: `[${stack.map(stringText).join(",")}]`,
    name: name === null ? "null" : stringText(name),
    cause: cause === null ? "null" : exceptionText(cause),
    context: context === null ? "null" : exceptionText(context),
  });
}

/** Whether a line is the last message of a session. */
export function isClosedLine(line: string): boolean {
  return line.startsWith(CLOSED);
}

/** The last message of a session that failed before the code was loaded that reads exceptions. */
export function failedLine(message: string): string {
  return closedLine({ message, stack: [], name: null, cause: null, context: null });
}

/** A message for Dagster's event log. */
export function logLine(message: string, level: string): string {
  const frame = logFrame(level);
  return framedLine(frame, logMessage(message));
}

/** Refuses a log message that is no string. */
export function logMessage(message: string): string {
  if (typeof message === "string") return message;
  return refuseArgument("message", `must be a string, got ${kindOf(message)}`);
}

/**
 * A piece of the output of this process, or of another that it speaks for; with the wire text of
 * its extras.
 */
export function streamLine(
  stream: "stdout" | "stderr",
  text: string,
  extrasText: string = "{}",
): string {
  if (stream !== "stdout" && stream !== "stderr") {
    refuseArgument("stream", `must be "stdout" or "stderr", got ${kindOf(stream)}`);
  }
  // Not by `messageLine`: whatever a process prints may come this way.
  return `${STREAM}{"stream":"${stream}","text":${
    stringArgumentText(text, "text")
  },"extras":${extrasText}}}`;
}

/** The wire text of an argument that must be a string. */
export function stringArgumentText(value: unknown, name: string): string {
  return typeof value === "string"
    ? stringText(value)
    : refuseArgument(name, `must be a string, got ${kindOf(value)}`);
}

/** Refuses an argument. */
export function refuseArgument(name: string, why: string): never {
  throw new DagsterPipesError("invalid_value", `${name}: ${why}`);
}
