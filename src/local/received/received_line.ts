import { DagsterPipesError } from "../../errors.ts";
import { isRecord } from "../../json/kinds.ts";
import { parseAsPython } from "../../json/python_json.ts";
import { PIPES_METHODS, type PipesMethod } from "../../protocol/framing.ts";
import { readParams } from "./params.ts";
import { pythonKindOf } from "./shapes.ts";
import type { WireException } from "../../protocol/types.ts";

/** A line that somebody else wrote: a message that Dagster's reader takes, or what is wrong with it. */
export type ReceivedLine =
  | {
    /** What the message is about. */
    readonly method: PipesMethod;
    /** Its content, integers as `bigint`. */
    readonly params: Record<string, unknown>;
  }
  | {
    /** What is wrong, and where in the params. */
    readonly problem: string;
  };

/** How much is said of what is wrong, in characters: keys may be long, and lie deep. */
const LONGEST_PROBLEM = 500;

/** An escape that may be half of a surrogate pair. */
const SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * Reads a line as Dagster's reader does, with its line end or without. One message that the reader
 * cannot take ends it, and all later messages are lost, so no such line may be handed on.
 *
 * A few lines that the reader does take are refused as well, since they are lost or break those who
 * read what Dagster stored of them:
 *
 * - half of a surrogate pair anywhere
 * - the keys by which Dagster's storage tells its own objects (`__class__` and the like) in metadata
 * - metadata or causes nested deeper than 400 levels, anything else deeper than 800
 * - a log level that is a number other than 10, 20, 30, 40 and 50
 * - a timestamp that is not finite, a column of a lineage that has no string for a name
 * - an exception whose message, name or stack is no text
 * - no `__dagster_pipes_version`, without which readers of logs take the line for output
 *
 * What fails the step after the run, such as an asset that the step does not have, is taken: Dagster
 * tells of it.
 */
export function readReceivedLine(line: string): ReceivedLine {
  try {
    return readMessage(withoutLineEnd(line));
  } catch (error) {
    if (!(error instanceof DagsterPipesError)) throw error;
    const { message } = error;
    return {
      problem: message.length > LONGEST_PROBLEM ? `${message.slice(0, LONGEST_PROBLEM)}…` : message,
    };
  }
}

/** The exception of a `closed` message, with all that it must have. */
export function readException(value: unknown): WireException {
  const fields = isRecord(value) ? value : { message: String(value) };
  const { message, stack, name, cause, context } = fields;
  const text = (value: unknown): string => typeof value === "string" ? value : "";
  return {
    message: text(message),
    stack: typeof stack === "string" ? [stack] : Array.isArray(stack) ? stack.map(text) : [],
    name: typeof name === "string" ? name : null,
    cause: isRecord(cause) ? readException(cause) : null,
    context: isRecord(context) ? readException(context) : null,
  };
}

function readMessage(text: string): ReceivedLine {
  const message = parse(text);
  if (!isRecord(message)) refuse(`the line is no message, but ${pythonKindOf(message)}`);
  for (const name of ["__dagster_pipes_version", "method", "params"]) {
    if (!Object.hasOwn(message, name)) refuse(`${name}: is missing`);
  }
  const method = PIPES_METHODS.find((method) => method === message.method);
  if (method === undefined) {
    const methods = PIPES_METHODS.join(", ");
    return refuse(`method: must be one of ${methods}, got ${pythonKindOf(message.method)}`);
  }
  const params = readParams(method, message.params);
  if (SURROGATE.test(text) && !isWellFormed(message)) {
    refuse("the line holds half of a surrogate pair");
  }
  return { method, params };
}

/** The value of a line, which has to be all of it. */
function parse(text: string): unknown {
  if (text.includes("\r") || text.includes("\n")) {
    refuse("the line has a line end inside, where Python ends it");
  }
  try {
    return parseAsPython(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (text.trim() === "") refuse("the line is blank");
    return refuse(`the line is no JSON that Python reads, or half of it: ${error.message}`);
  }
}

/** Python takes a carriage return for a line end too, and both together for one. */
function withoutLineEnd(line: string): string {
  const end = line.endsWith("\r\n") ? 2 : line.endsWith("\n") || line.endsWith("\r") ? 1 : 0;
  return end === 0 ? line : line.slice(0, -end);
}

/** Whether all strings in a value are Unicode text, keys as well. */
function isWellFormed(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, entry]) => key.isWellFormed() && isWellFormed(entry));
}

function refuse(problem: string): never {
  throw new DagsterPipesError("invalid_value", problem);
}
