import {
  cutText,
  describeThrown,
  fieldsOfError,
  messageText,
  quietly,
  readQuietly,
} from "./thrown_value.ts";
import type { WireException } from "./types.ts";

/**
 * How many exceptions one message tells of: causes and the errors of an `AggregateError` together.
 */
const MAX_EXCEPTIONS = 50;

/**
 * Turns any thrown value into an exception of the Pipes protocol.
 *
 * `cause` becomes the cause. What an `AggregateError` or a `SuppressedError` holds besides is
 * strung together by `context`, Python's word for an exception that was there when another was
 * raised. A circle, or more than 50 exceptions, end with one that says so.
 */
export function exceptionFrom(thrown: unknown): WireException {
  return new Converter().convert(thrown);
}

/** The text of an exception with its stack and its causes, for a log message. */
export function formatException(thrown: unknown): string {
  return format(exceptionFrom(thrown));
}

class Converter {
  readonly #seen = new Set<unknown>();
  #count = 0;

  convert(thrown: unknown): WireException {
    if (++this.#count >= MAX_EXCEPTIONS) {
      return exception("(further exceptions are left out: there are too many)");
    }
    if (!isErrorLike(thrown)) return this.#convertOther(thrown);
    if (this.#seen.has(thrown)) {
      return exception("(this exception stands above already: the causes form a circle)");
    }
    this.#seen.add(thrown);

    const name = text(readQuietly(thrown, "name")) ||
      text(readQuietly(readQuietly(thrown, "constructor"), "name")) || "Error";
    const message = messageText(readQuietly(thrown, "message"));
    const stack = stackEntries(text(readQuietly(thrown, "stack")), name, message);
    const result = exception(heading(name, message) + fieldsOf(name, thrown), stack, name);
    const cause = readQuietly(thrown, "cause") ?? readQuietly(thrown, "error");
    if (cause !== undefined && cause !== null) {
      result.cause = this.convert(cause);
    }
    this.#addContext(result, thrown);
    return result;
  }

  /** A value that is no error. An array may still hold some. */
  #convertOther(thrown: unknown): WireException {
    const result = exception(describeThrown(thrown));
    const errors = quietly(() => Array.isArray(thrown) ? thrown.filter(isErrorLike) : []) ?? [];
    this.#append(result, errors);
    return result;
  }

  /**
   * Strings the errors that come with an error to the end of its `context`, one behind the other.
   */
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
      if (this.#count >= MAX_EXCEPTIONS) return;
      while (last.context) last = last.context;
      last.context = this.convert(other);
    }
  }
}

function exception(
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

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What stands above the stack: a plain `Error` says no more by its name. */
function heading(name: string, message: string): string {
  if (message === "") return name;
  return name === "Error" ? message : `${name}: ${message}`;
}

/** What the fields of an error say. Those of this package say all in their messages. */
function fieldsOf(name: string, error: object): string {
  return name === "DagsterPipesError" ? "" : fieldsOfError(error);
}

/**
 * The lines of a stack, as Dagster prints them: without the heading, which is the message, each
 * with its own line end.
 */
function stackEntries(stack: string, name: string, message: string): string[] {
  const heading = message === "" ? name : `${name}: ${message}`;
  // The heading was made when the error was, and `name` or `message` may have been changed since.
  const start = stack.startsWith(heading) ? heading.length : stack.search(/^\s+at /m);
  const frames = cutText(start < 0 ? "" : stack.slice(start)).split("\n");
  return frames.filter((line) => line.trim() !== "").map((line) => `${line}\n`);
}

function format({ message, stack, cause, context }: WireException): string {
  let formatted = stack.length === 0 ? message : `${message}\n${stack.join("").trimEnd()}`;
  if (cause) formatted += `\nCaused by: ${format(cause)}`;
  if (context) formatted += `\nWith: ${format(context)}`;
  return formatted;
}
