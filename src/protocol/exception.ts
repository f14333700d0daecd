import { kindOf } from "../json/kinds.ts";
import { wireException } from "./messages.ts";
import type { WireException } from "./types.ts";

/** How many exceptions one message holds: causes and the errors of an `AggregateError` together. */
const MAX_EXCEPTION_COUNT = 50;

/** The longest message, and the longest stack, of an exception. */
const MAX_THROWN_CHARACTERS = 32 * 1024;

/** The most fields of a value that are shown, and the longest text of each. */
const MAX_FIELD_COUNT = 20;
const MAX_FIELD_CHARACTERS = 500;

/**
 * The fields of an error that are shown. The others of an error of a client library may hold
 * anything: signed requests, headers, addresses with a key in them.
 */
const SHOWN_FIELDS: ReadonlySet<string> = new Set(
  ("code errno syscall status statusCode statusText exitCode signal retryable " +
    "detail hint severity constraint schema table column dataType position sqlState").split(" "),
);

/** The fields of a thrown object that are not shown. The script made the object for its reader. */
const SECRET_FIELD =
  /passw|secret|token|authori[sz]ation|cookie|credential|api_?key|private_?key|signature/i;

const ADDRESS = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>()]+/gi;

/**
 * Turns any thrown value into an exception of the Pipes protocol.
 *
 * `cause` becomes the cause. The errors of an `AggregateError` or a `SuppressedError` are linked by
 * `context`, Python's word for an exception that was being handled when another was raised. A circle,
 * or more than 50 exceptions, end with one that states so.
 */
export function exceptionFrom(thrown: unknown): WireException {
  return convert(thrown, []);
}

/** Returns the text of an exception with its stack and its causes, for a log message. */
export function formatException(thrown: unknown): string {
  return format(exceptionFrom(thrown));
}

function convert(thrown: unknown, converted: unknown[]): WireException {
  const isError = isErrorLike(thrown);
  const isCircular = isError && converted.includes(thrown);
  if (converted.push(thrown) >= MAX_EXCEPTION_COUNT) {
    return wireException("(further exceptions are left out: there are too many)");
  }
  if (isCircular) {
    return wireException("(this exception is already above: the causes form a circle)");
  }
  const result = isError ? fromError(thrown) : wireException(describeThrown(thrown));
  const cause = isError && (readQuietly(thrown, "cause") ?? readQuietly(thrown, "error"));
  if (isError && cause !== undefined && cause !== null) result.cause = convert(cause, converted);

  let last = result;
  for (const other of isError ? errorsIn(thrown) : itemsOf(thrown).filter(isErrorLike)) {
    if (converted.length >= MAX_EXCEPTION_COUNT) break;
    while (last.context) last = last.context;
    last.context = convert(other, converted);
  }
  return result;
}

/** Converts an error alone, without the others that it holds. */
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

/** Returns the errors that an `AggregateError` or a `SuppressedError` holds. */
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
 * Returns the frames of a stack without its heading, which the message has. It is one text, because
 * Dagster's UI puts commas between the elements of a stack.
 */
function framesOf(stack: string, heading: string): string[] {
  // The stack begins with the heading that the error had when it was created.
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

/** Removes the user and the query from the addresses in a text. */
function withoutAddressSecrets(text: string): string {
  const shorten = (url: string): string => url.replace(/[?#].*$/s, "").replace(/\/\/[^/]*@/, "//");
  return text.replace(ADDRESS, shorten);
}

function cutText(text: string, maxCharacters: number = MAX_THROWN_CHARACTERS): string {
  const excess = text.length - maxCharacters;
  if (excess <= 0) return text;
  return `${text.slice(0, maxCharacters)}… (${excess} characters are left out)`;
}

/** Returns the simple fields of an error as ` (code: ENOENT, errno: -2)`, or an empty string. */
function describeErrorFields(error: object): string {
  const fields = shownFields(error, (name) => SHOWN_FIELDS.has(name));
  const texts = fields.map(([name, value]) => `${name}: ${value}`);
  return texts.length === 0 ? "" : ` (${texts.join(", ")})`;
}

function describeMessage(message: unknown): string {
  if (typeof message === "string") return cutText(message);
  if (message === undefined || message === null) return "";
  return cutText(quietly(() => JSON.stringify(message)) ?? kindOf(message));
}

function describeThrown(thrown: unknown): string {
  const text = quietly(() => ownDescription(thrown)) ??
    quietly(() => describeObject(Object(thrown)));
  return cutText(text ?? "a thrown value that cannot be turned into text");
}

/** Returns a property, or `undefined` if it is missing or reading it throws. */
function readQuietly(value: unknown, key: string): unknown {
  return quietly(() => (value as Readonly<Record<string, unknown>>)[key]);
}

/** Returns what a function returns, or `undefined` if it throws: Dagster gets a report anyway. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Describes a response, or a value whose class has its own `toString`. */
function ownDescription(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  if (thrown instanceof Response) {
    const { status, statusText, url } = thrown;
    const address = url === "" ? "" : `from ${withoutAddressSecrets(url)}`;
    return ["Response", status, statusText, address].filter((part) => part !== "").join(" ");
  }
  if (Array.isArray(thrown) || thrown.toString === Object.prototype.toString) return undefined;
  return String(thrown);
}

function describeObject(thrown: object): string {
  if (Array.isArray(thrown)) {
    const items = thrown.slice(0, MAX_FIELD_COUNT).map(simpleValue);
    const areSimple = items.length === thrown.length && !items.includes(undefined);
    return areSimple ? JSON.stringify(items) : `an array of ${thrown.length}`;
  }
  const kind = kindOf(thrown);
  const fields = shownFields(thrown, (name) => !SECRET_FIELD.test(name));
  if (fields.length === 0) return kind;
  const text = JSON.stringify(Object.fromEntries(fields));
  return kind === "an object" ? text : `${kind} ${text}`;
}

type SimpleValue = string | number | boolean;

function shownFields(
  value: object,
  isShown: (name: string) => boolean,
): [name: string, value: SimpleValue][] {
  const fields: [string, SimpleValue][] = [];
  for (const name of quietly(() => Object.keys(value)) ?? []) {
    const field = isShown(name) ? simpleValue(readQuietly(value, name)) : undefined;
    if (field !== undefined) fields.push([name, field]);
    if (fields.length === MAX_FIELD_COUNT) break;
  }
  return fields;
}

function simpleValue(value: unknown): SimpleValue | undefined {
  if (typeof value === "string") return cutText(withoutAddressSecrets(value), MAX_FIELD_CHARACTERS);
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}
