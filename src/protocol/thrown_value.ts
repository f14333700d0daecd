import { kindOf } from "../json/kinds.ts";

/** The most text that one thrown value is told by, in characters. */
const MOST_TEXT = 32 * 1024;

/** The most fields that are shown of a value, and the most text of each, in characters. */
const MOST_FIELDS = 20;
const MOST_OF_FIELD = 500;

/** Fields of an error that are told in another way. */
const TOLD: readonly string[] = ["name", "message", "stack", "cause", "errors"];

/** Names of what is nobody's business. */
const SECRET = /passw|secret|token|authori[sz]ation|cookie|credential|api_?key|private_?key/i;

/** Text that is not longer than an exception may be. */
export function cutText(text: string, most: number = MOST_TEXT): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${text.length - most} characters are left out)`;
}

/**
 * What an error's own fields say, to be put behind its message: ` (code: ENOENT, errno: -2)`, or
 * nothing. Objects may hold headers and other credentials, and are not shown.
 */
export function fieldsOfError(error: object): string {
  const fields = simpleFields(error).filter(([name]) => !TOLD.includes(name));
  if (fields.length === 0) return "";
  return ` (${fields.map(([name, value]) => `${name}: ${value}`).join(", ")})`;
}

/** The message of an error, whatever it is. */
export function messageText(message: unknown): string {
  if (typeof message === "string") return cutText(message);
  if (message === undefined || message === null) return "";
  return cutText(quietly(() => JSON.stringify(message)) ?? kindOf(message));
}

/** What can be said of a thrown value that is no error. */
export function describeThrown(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) {
    return cutText(quietly(() => String(thrown)) ?? kindOf(thrown));
  }
  const text = quietly(() => responseText(thrown) ?? ownText(thrown)) ??
    quietly(() => fieldsText(thrown));
  return cutText(text ?? "a thrown value that cannot be turned into text");
}

/** What a property holds, or `undefined` where there is none, or looking at it throws. */
export function readQuietly(value: unknown, key: string): unknown {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") {
    return undefined;
  }
  return quietly(() => (value as Record<string, unknown>)[key]);
}

/**
 * What looking at a thrown value gives, or `undefined` where looking throws: Dagster is to be told
 * all the same.
 */
export function quietly<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}

/** The status and the address of a response, without what may be secret in the address. */
function responseText(thrown: object): string | undefined {
  if (!(thrown instanceof Response)) return undefined;
  const { status, statusText, url } = thrown;
  const address = url === ""
    ? ""
    : ` from ${url.replace(/[?#].*$/s, "").replace(/\/\/[^/@]*@/, "//")}`;
  return `Response ${status}${statusText === "" ? "" : ` ${statusText}`}${address}`;
}

/** What a value says of itself, where its class has a way to. */
function ownText(thrown: object): string | undefined {
  if (Array.isArray(thrown) || thrown.toString === Object.prototype.toString) return undefined;
  return String(thrown);
}

/** The simple ones among the fields or items of a value, as JSON. */
function fieldsText(thrown: object): string {
  if (Array.isArray(thrown)) {
    const items = thrown.slice(0, MOST_FIELDS).map(simple).filter((item) => item !== undefined);
    return items.length === thrown.length ? JSON.stringify(items) : `an array of ${thrown.length}`;
  }
  const kind = kindOf(thrown);
  const fields = simpleFields(thrown);
  if (fields.length === 0) return kind;
  const text = JSON.stringify(Object.fromEntries(fields));
  return kind === "an object" ? text : `${kind} ${text}`;
}

type Simple = string | number | boolean;

/** The own fields of a value that are strings, numbers or booleans. */
function simpleFields(value: object): [name: string, value: Simple][] {
  const fields: [string, Simple][] = [];
  for (const name of quietly(() => Object.keys(value)) ?? []) {
    const field = SECRET.test(name) ? undefined : simple(readQuietly(value, name));
    if (field !== undefined) fields.push([name, field]);
    if (fields.length === MOST_FIELDS) break;
  }
  return fields;
}

/** A value that has no parts, or `undefined` for any other. */
function simple(value: unknown): Simple | undefined {
  if (typeof value === "string") return cutText(value, MOST_OF_FIELD);
  if (typeof value === "bigint") return String(value);
  return typeof value === "number" || typeof value === "boolean" ? value : undefined;
}
