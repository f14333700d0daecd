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
      return exceptionOf("(further exceptions are left out: there are too many)");
    }
    if (!isErrorLike(thrown)) return this.#convertOther(thrown);
    if (this.#seen.has(thrown)) {
      return exceptionOf("(this exception stands above already: the causes form a circle)");
    }
    this.#seen.add(thrown);

    const name = stringOr(readQuietly(thrown, "name")) ||
      stringOr(readQuietly(readQuietly(thrown, "constructor"), "name")) || "Error";
    const message = describeMessage(readQuietly(thrown, "message"));
    const stack = framesOf(stringOr(readQuietly(thrown, "stack")), name, message);
    // The messages of this package hold all that its fields do.
    const fields = name === "DagsterPipesError" ? "" : describeErrorFields(thrown);
    const result = exceptionOf(headingOf(name, message) + fields, stack, name);
    const cause = readQuietly(thrown, "cause") ?? readQuietly(thrown, "error");
    if (cause !== undefined && cause !== null) result.cause = this.convert(cause);
    this.#addContext(result, thrown);
    return result;
  }

  /** Converts a value that is not an error. An array may still hold some. */
  #convertOther(thrown: unknown): WireException {
    const result = exceptionOf(describeThrown(thrown));
    const errors = quietly(() => Array.isArray(thrown) ? thrown.filter(isErrorLike) : []) ?? [];
    this.#append(result, errors);
    return result;
  }

  /** Adds the errors that an error holds to the end of its `context`, one behind the other. */
  #addContext(result: WireException, thrown: object): void {
    const errors = readQuietly(thrown, "errors");
    const others = quietly(() => Array.isArray(errors) ? [...errors] : []) ?? [];
    const suppressed = readQuietly(thrown, "suppressed");
    if (suppressed !== undefined) others.push(suppressed);
    this.#append(result, others);
  }

  #append(result: WireException, others: readonly unknown[]): void {
    let last = result;
    for (const other of others) {
      if (this.#count >= MAX_EXCEPTION_COUNT) return;
      while (last.context) last = last.context;
      last.context = this.convert(other);
    }
  }
}

function exceptionOf(
  message: string,
  stack: string[] = [],
  name: string | null = null,
): WireException {
  return { message, stack, name, cause: null, context: null };
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

/** Dagster shows this above the stack. The name of a plain `Error` adds nothing. */
function headingOf(name: string, message: string): string {
  if (message === "") return name;
  return name === "Error" ? message : `${name}: ${message}`;
}

/**
 * Returns the frames of a stack as one text, without the heading, which is the message. Dagster's UI
 * puts commas between the elements of a stack.
 */
function framesOf(stack: string, name: string, message: string): string[] {
  const heading = message === "" ? name : `${name}: ${message}`;
  // The heading dates from the making of the error. `name` or `message` may have changed since.
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
