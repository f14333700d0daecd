import * as v from "valibot";
import { isRecord } from "../../json/kinds.ts";
import { parseAsPython } from "../../json/python_json.ts";
import { PIPES_METHODS, type PipesMethod } from "../../protocol/framing.ts";
import type { RecordedEvent } from "../recorded.ts";
import { objectWith, readInput } from "../schemas.ts";
import { EVENT_SCHEMAS } from "./event_schemas.ts";

/** A message that another process wrote, and that Dagster's reader takes. */
export interface ReceivedMessage {
  /** What it is about. */
  readonly method: PipesMethod;
  /** Its content as it came, integers as `bigint`. */
  readonly params: Record<string, unknown>;
  /** What Dagster makes of it. */
  readonly event: RecordedEvent;
}

/** A line that another process wrote: a message, or what is wrong, with its path in the params. */
export type ReceivedLine = ReceivedMessage | { readonly problem: string };

/** The longest description of a problem: keys may be long, and deeply nested. */
const MAX_PROBLEM_CHARS = 500;

/** An escape that may be half of a surrogate pair. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;

const MESSAGE_SCHEMA = objectWith({
  __dagster_pipes_version: v.unknown(),
  method: v.picklist(PIPES_METHODS),
  params: v.unknown(),
});

/**
 * Reads a line as Dagster's reader does, with or without its line end. One message that the reader
 * cannot take ends it, and all later messages are lost, so such a line must not be handed on.
 *
 * A few lines that the reader does take are refused as well, since they are lost, or break what
 * reads the stored event:
 *
 * - half of a surrogate pair anywhere
 * - the keys in metadata that mark objects of Dagster's storage (`__class__` and the like)
 * - metadata or causes nested deeper than 400 levels, anything else deeper than 800
 * - a log level that is a number other than 10, 20, 30, 40 and 50
 * - a timestamp that is not finite, a column of a lineage whose name is not a string
 * - an exception whose message, name or stack is not text
 * - no `__dagster_pipes_version`, without which readers of logs take the line for output
 *
 * A message that fails the step after the run, such as a report on an unknown asset, is taken:
 * Dagster reports it.
 */
export function readReceivedLine(line: string | Uint8Array): ReceivedLine {
  const read = readMessage(line);
  return "problem" in read && read.problem.length > MAX_PROBLEM_CHARS
    ? { problem: `${read.problem.slice(0, MAX_PROBLEM_CHARS)}…` }
    : read;
}

function readMessage(line: string | Uint8Array): ReceivedLine {
  let text: string;
  try {
    text = withoutLineEnd(
      typeof line === "string"
        ? line
        : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line),
    );
  } catch {
    return { problem: "the line is not UTF-8 text" };
  }
  if (/[\r\n]/.test(text)) {
    return { problem: "the line has a line end inside, where Python ends it" };
  }
  let json: unknown;
  try {
    json = parseAsPython(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return {
      problem: text.trim() === ""
        ? "the line is blank"
        : `the line is not JSON that Python reads, or half of it: ${error.message}`,
    };
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

/** Python takes a carriage return for a line end too, and both together for one. */
function withoutLineEnd(line: string): string {
  return line.replace(/(?:\r\n|\r|\n)$/, "");
}

/** Whether all strings in a value are Unicode text, keys as well. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, entry]) => key.isWellFormed() && isWellFormed(entry));
}
