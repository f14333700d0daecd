import { wireException } from "./messages.ts";
import {
  cutText,
  describeErrorFields,
  describeMessage,
  describeThrown,
  quietly,
  readQuietly,
} from "./thrown_value.ts";
import type { WireException } from "./types.ts";

/** How many exceptions one message holds: causes and the errors of an `AggregateError` together. */
const MAX_EXCEPTION_COUNT = 50;

/**
 * Turns any thrown value into an exception of the Pipes protocol.
 *
 * `cause` becomes the cause. The errors of an `AggregateError` or a `SuppressedError` are linked by
 * `context`, Python's word for an exception that was being handled when another was raised. A circle,
 * or more than 50 exceptions, end with one that states so.
 */
export function exceptionFrom(thrown: unknown): WireException {
  return new ExceptionConverter().convert(thrown);
}

/** Returns the text of an exception with its stack and its causes, for a log message. */
export function formatException(thrown: unknown): string {
  return format(exceptionFrom(thrown));
}

class ExceptionConverter {
  readonly #seen = new Set<unknown>();
  #count = 0;

  convert(thrown: unknown): WireException {
    if (++this.#count >= MAX_EXCEPTION_COUNT) {
      return wireException("(further exceptions are left out: there are too many)");
    }
    const isError = isErrorLike(thrown);
    if (isError && this.#seen.has(thrown)) {
      return wireException("(this exception stands above already: the causes form a circle)");
    }
    this.#seen.add(thrown);
    const result = isError ? fromError(thrown) : wireException(describeThrown(thrown));
    const cause = isError
      ? readQuietly(thrown, "cause") ?? readQuietly(thrown, "error")
      : undefined;
    if (cause !== undefined && cause !== null) result.cause = this.convert(cause);

    let last = result;
    for (const other of isError ? errorsIn(thrown) : itemsOf(thrown).filter(isErrorLike)) {
      if (this.#count >= MAX_EXCEPTION_COUNT) break;
      while (last.context) last = last.context;
      last.context = this.convert(other);
    }
    return result;
  }
}

/** Returns the exception of an error, without what other errors it has. */
function fromError(error: object): WireException {
  const name = stringOr(readQuietly(error, "name")) ||
    stringOr(readQuietly(readQuietly(error, "constructor"), "name")) || "Error";
  const message = describeMessage(readQuietly(error, "message"));
  const heading = message === "" ? name : `${name}: ${message}`;
  // Dagster shows this above the stack. The name of a plain `Error` adds nothing.
  const shown = name === "Error" && message !== "" ? message : heading;
  // The messages of this package contain all that its fields do.
  const fields = name === "DagsterPipesError" ? "" : describeErrorFields(error);
  const frames = framesOf(stringOr(readQuietly(error, "stack")), heading);
  return wireException(shown + fields, frames, name);
}

/** Returns the errors that an `AggregateError` or a `SuppressedError` has. */
function errorsIn(error: object): unknown[] {
  const suppressed = readQuietly(error, "suppressed");
  const errors = itemsOf(readQuietly(error, "errors"));
  return suppressed === undefined ? errors : [...errors, suppressed];
}

function itemsOf(value: unknown): unknown[] {
  return quietly(() => Array.isArray(value) ? [...value] : []) ?? [];
}

/** An `Error` of another realm, or of a library that only looks like one, counts too. */
function isErrorLike(value: unknown): value is object {
  return typeof value === "object" && value !== null &&
    (quietly(() => value instanceof Error) === true ||
      typeof readQuietly(value, "message") === "string" &&
        typeof readQuietly(value, "stack") === "string");
}

function stringOr(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * Returns the frames of a stack as one text, without the heading, which is the message. Dagster's UI
 * puts commas between the elements of a stack.
 */
function framesOf(stack: string, heading: string): string[] {
  // The stack has the heading of the time when the error was made. It may have changed since.
  const start = stack.startsWith(heading) ? heading.length : stack.search(/^\s+at /m);
  const frames = cutText(start < 0 ? "" : stack.slice(start)).split("\n")
    .filter((line) => line.trim() !== "");
  return frames.length === 0 ? [] : [`${frames.join("\n")}\n`];
}

function format({ message, stack, cause, context }: WireException): string {
  let formatted = stack.length === 0 ? message : `${message}\n${stack.join("").trimEnd()}`;
  if (cause) formatted += `\nCaused by: ${format(cause)}`;
  if (context) formatted += `\nWith: ${format(context)}`;
  return formatted;
}
