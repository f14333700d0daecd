import { kindOf } from "../json/kinds.ts";

/** The most text that one thrown value is shown by. */
const MAX_THROWN_CHARACTERS = 32 * 1024;

/** The most fields that are shown of a value, and the most text of each. */
const MAX_FIELD_COUNT = 20;
const MAX_FIELD_CHARACTERS = 500;

/**
 * The fields that are shown of an error. An error of a client library may hold anything in the
 * others: signed requests, headers, addresses with a key in them.
 */
const SHOWN_FIELDS: ReadonlySet<string> = new Set(
  ("code errno syscall status statusCode statusText exitCode signal retryable " +
    "detail hint severity constraint schema table column dataType position sqlState").split(" "),
);

/** The fields that are not shown of a thrown object, which a script makes for its reader. */
const SECRET_FIELD =
  /passw|secret|token|authori[sz]ation|cookie|credential|api_?key|private_?key|signature/i;

/** An address within a text. */
const ADDRESS = /\b[a-z][a-z\d+.-]*:\/\/[^\s"'<>()]+/gi;

/** Returns a text with the user and the query taken out of the addresses in it. */
export function withoutAddressSecrets(text: string): string {
  return text.replace(
    ADDRESS,
    (address) => address.replace(/[?#].*$/s, "").replace(/\/\/[^/]*@/, "//"),
  );
}

/** Cuts a text that is longer than an exception may be. */
export function cutText(text: string, maxCharacters: number = MAX_THROWN_CHARACTERS): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters)}… (${
    text.length - maxCharacters
  } characters are left out)`;
}

/**
 * Returns the simple fields of an error, to stand behind its message: ` (code: ENOENT, errno: -2)`,
 * or nothing.
 */
export function describeErrorFields(error: object): string {
  const fields = shownFields(error, (name) => SHOWN_FIELDS.has(name));
  if (fields.length === 0) return "";
  return ` (${fields.map(([name, value]) => `${name}: ${value}`).join(", ")})`;
}

/** Returns the message of an error as text, whatever it is. */
export function describeMessage(message: unknown): string {
  if (typeof message === "string") return cutText(message);
  if (message === undefined || message === null) return "";
  return cutText(quietly(() => JSON.stringify(message)) ?? kindOf(message));
}

/** Describes a thrown value that is not an error. */
export function describeThrown(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) {
    return cutText(quietly(() => String(thrown)) ?? kindOf(thrown));
  }
  const text = quietly(() => describeResponse(thrown) ?? ownDescription(thrown)) ??
    quietly(() => describeObject(thrown));
  return cutText(text ?? "a thrown value that cannot be turned into text");
}

/** Returns a property, or `undefined` if there is none or reading it throws. */
export function readQuietly(value: unknown, key: string): unknown {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") {
    return undefined;
  }
  return quietly(() => Reflect.get(value, key));
}

/** Returns what a function returns, or `undefined` if it throws: Dagster gets a report anyway. */
export function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function describeResponse(thrown: object): string | undefined {
  if (!(thrown instanceof Response)) return undefined;
  const { status, statusText, url } = thrown;
  const address = url === "" ? "" : ` from ${withoutAddressSecrets(url)}`;
  return `Response ${status}${statusText === "" ? "" : ` ${statusText}`}${address}`;
}

/** Returns the text of an object whose class has its own `toString`. */
function ownDescription(thrown: object): string | undefined {
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

/** Returns a value that has no parts, or `undefined` for any other. */
function simpleValue(value: unknown): SimpleValue | undefined {
  if (typeof value === "string") return cutText(withoutAddressSecrets(value), MAX_FIELD_CHARACTERS);
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}
