import { isRecord } from "./kinds.ts";

/**
 * An integer that a number may not hold exactly. It may also be part of a string or of a fraction.
 * Eight digits are written out, which lets an engine skip through the text instead of checking every
 * character.
 */
const LONG_INTEGER = /\d\d\d\d\d\d\d\d\d{8,}/;

/**
 * Possibly a key with an escape in it. V8's `JSON.parse` (of Deno 2.9, Node 24 and 26) mistakes such
 * a key for another one in the same place of an earlier object: after `{"b":1,"\\":1}`, it reads
 * `{"b":1,"\u00df":1}` as the former.
 */
const KEY_WITH_ESCAPE = /[{,][ \t\n\r]*"[^"\\]*\\/;

/** Python reads integers of at most this many digits. */
export const MAX_DIGITS = 4300;

/**
 * Python's parser dies when its own levels and the calls that led to it reach 1,000 together. The
 * difference is left for those calls.
 */
const MAX_PYTHON_NESTING_LEVELS = 800;

/** A string without escapes. */
const PLAIN_STRING = /"[ !#-[\]-\uffff]*"/y;

const SCALAR = /NaN|-?(?:Infinity|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|true|false|null/y;
const INTEGER = /^-?\d+$/;

/**
 * Parses JSON as Python's `json` module writes it: `NaN`, `Infinity` and `-Infinity` are numbers,
 * and an integer that a JavaScript number cannot hold exactly becomes a `bigint`.
 *
 * Throws a `SyntaxError` that states the place.
 */
export function parsePythonJson(text: string): unknown {
  const mayHoldMore = text.includes("NaN") || text.includes("Infinity") ||
    LONG_INTEGER.test(text) || text.includes("\\") && KEY_WITH_ESCAPE.test(text);
  if (!mayHoldMore) {
    try {
      return JSON.parse(text);
    } catch {
      // The parser below reports the place of the mistake in the same words on every runtime.
    }
  }
  return new PythonJsonParser(text).parse();
}

/**
 * Parses JSON as Python's `json` module reads it: an integer becomes a `bigint`, and a float becomes
 * a number, so that the two can be distinguished.
 *
 * Throws a `SyntaxError` if Python could not read the text, because of its digits or depth too.
 */
export function parseAsPython(text: string): unknown {
  return new PythonJsonParser(text, { number: pythonNumber, maxNesting: MAX_PYTHON_NESTING_LEVELS })
    .parse();
}

/** How the parser handles what JSON itself leaves open. */
interface Reading {
  /** Returns the number of a text, or throws a `SyntaxError`. */
  readonly number: (token: string) => number | bigint;
  readonly maxNesting: number;
}

const EXACT: Reading = { number: exactNumber, maxNesting: Infinity };

function exactNumber(token: string): number | bigint {
  const number = Number(token);
  return Number.isSafeInteger(number) || !INTEGER.test(token) ? number : BigInt(token);
}

function pythonNumber(token: string): number | bigint {
  if (!INTEGER.test(token)) return Number(token);
  const digits = token.startsWith("-") ? token.length - 1 : token.length;
  if (digits > MAX_DIGITS) {
    throw new SyntaxError(`an integer of ${digits} digits: Python reads up to ${MAX_DIGITS}`);
  }
  return BigInt(token);
}

type Scalar = string | number | bigint | boolean | null;
type Container = unknown[] | Record<string, unknown>;

/** Reads what `JSON.parse` refuses or misreads. It is several times slower. */
class PythonJsonParser {
  readonly #text: string;
  readonly #reading: Reading;
  #at = 0;

  constructor(text: string, reading: Reading = EXACT) {
    this.#text = text;
    this.#reading = reading;
  }

  /** Parses without recursion, so that no text is nested too deep. */
  parse(): unknown {
    const open: Container[] = [];
    const keys: string[] = [];
    for (;;) {
      if (isRecord(open.at(-1))) keys.push(this.#key());
      const begun = this.#begin();
      if (typeof begun === "object" && begun !== null && !this.#takes(endOf(begun))) {
        if (open.push(begun) > this.#reading.maxNesting) {
          throw new SyntaxError(`nested deeper than ${this.#reading.maxNesting} levels`);
        }
        continue;
      }
      // The value is complete. If it is the last one of its container, that is complete as well.
      let value: unknown = begun;
      for (;;) {
        const container = open.at(-1);
        if (container === undefined) {
          if (this.#next() !== undefined) this.#fail("a single JSON value");
          return value;
        }
        if (Array.isArray(container)) container.push(value);
        else setField(container, keys.pop()!, value);
        if (this.#takes(",")) break;
        const end = endOf(container);
        if (!this.#takes(end)) this.#fail(`"," or "${end}"`);
        value = open.pop();
      }
    }
  }

  /** Returns the next value, or an empty container if the next value is a container. */
  #begin(): Scalar | Container {
    if (this.#takes("{")) return {};
    if (this.#takes("[")) return [];
    return this.#text[this.#at] === '"' ? this.#string() : this.#scalar();
  }

  #key(): string {
    if (this.#next() !== '"') this.#fail("a key in double quotes");
    const key = this.#string();
    if (!this.#takes(":")) this.#fail('":"');
    return key;
  }

  #string(): string {
    const start = this.#at;
    PLAIN_STRING.lastIndex = start;
    if (PLAIN_STRING.test(this.#text)) {
      this.#at = PLAIN_STRING.lastIndex;
      return this.#text.slice(start + 1, this.#at - 1);
    }
    do {
      if (this.#text[this.#at] === "\\") this.#at++;
      if (++this.#at >= this.#text.length) this.#fail("the end of a string", this.#text.length);
    } while (this.#text[this.#at] !== '"');
    this.#at++;
    try {
      return JSON.parse(this.#text.slice(start, this.#at));
    } catch {
      return this.#fail("a well-formed string", start);
    }
  }

  #scalar(): Scalar {
    SCALAR.lastIndex = this.#at;
    const token = SCALAR.exec(this.#text)?.[0];
    if (token === undefined) return this.#fail("a JSON value");
    this.#at += token.length;
    if (token === "null") return null;
    if (token === "true" || token === "false") return token === "true";
    return this.#reading.number(token);
  }

  #takes(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at++;
    return true;
  }

  /** Returns the next character that is not a space, without going past it. */
  #next(): string | undefined {
    let character = this.#text[this.#at];
    while (character === " " || character === "\n" || character === "\r" || character === "\t") {
      character = this.#text[++this.#at];
    }
    return character;
  }

  #fail(expected: string, at: number = this.#at): never {
    const before = this.#text.slice(0, at).split("\n");
    const got = at < this.#text.length ? JSON.stringify(this.#text.slice(at, at + 10)) : "the end";
    throw new SyntaxError(
      `expected ${expected} at line ${before.length}, column ${
        before.at(-1)!.length + 1
      }, got ${got}`,
    );
  }
}

function endOf(container: Container): string {
  return Array.isArray(container) ? "]" : "}";
}

/** Sets a field of an object, whatever its name is. */
export function setField(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") {
    object[key] = value;
    return;
  }
  // Assignment would set the prototype. `JSON.parse` makes a property of it too.
  const own = { value, enumerable: true, configurable: true, writable: true };
  Object.defineProperty(object, key, own);
}
