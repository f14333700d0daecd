import { isRecord } from "./kinds.ts";

/**
 * An integer that a number may not hold exactly. It may also be part of a string or of a fraction.
 * Eight digits are written out, so that an engine does not check every character of the text.
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

/** Python's parser fails if its own levels and the calls that led to it reach 1,000 together. */
const MAX_PYTHON_NESTING_LEVELS = 800;

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
  return new PythonJsonParser(text, exactNumber, Infinity).parse();
}

/**
 * Parses JSON as Python's `json` module reads it: an integer becomes a `bigint`, and a float becomes
 * a number, so that the two can be distinguished.
 *
 * Throws a `SyntaxError` if Python could not read the text, because of its digits or depth too.
 */
export function parseAsPython(text: string): unknown {
  return new PythonJsonParser(text, pythonNumber, MAX_PYTHON_NESTING_LEVELS).parse();
}

function exactNumber(token: string): number | bigint {
  const number = Number(token);
  return Number.isSafeInteger(number) || !INTEGER.test(token) ? number : BigInt(token);
}

function pythonNumber(token: string): number | bigint {
  if (!INTEGER.test(token)) return Number(token);
  const digits = token.replace("-", "").length;
  if (digits > MAX_DIGITS) {
    throw new SyntaxError(`an integer of ${digits} digits: Python reads up to ${MAX_DIGITS}`);
  }
  return BigInt(token);
}

/** Reads what `JSON.parse` refuses or misreads. It is several times slower. */
class PythonJsonParser {
  readonly #text: string;
  readonly #toNumber: (token: string) => number | bigint;
  readonly #maxLevels: number;
  #at = 0;

  constructor(text: string, toNumber: (token: string) => number | bigint, maxLevels: number) {
    this.#text = text;
    this.#toNumber = toNumber;
    this.#maxLevels = maxLevels;
  }

  /** Parses without recursion, so that no text is nested too deep. */
  parse(): unknown {
    const open: (unknown[] | Record<string, unknown>)[] = [];
    const keys: string[] = [];
    for (;;) {
      if (isRecord(open.at(-1))) keys.push(this.#key());
      const container = this.#takes("{") ? {} : this.#takes("[") ? [] : undefined;
      if (container !== undefined && !this.#takes(endOf(container))) {
        if (open.push(container) > this.#maxLevels) {
          throw new SyntaxError(`nested deeper than ${this.#maxLevels} levels`);
        }
        continue;
      }
      let value = container ?? this.#scalar();
      // The value is complete. If it is the last one of its container, that is complete as well.
      for (;;) {
        const outer = open.at(-1);
        if (outer === undefined) {
          if (this.#next() !== undefined) this.#fail("a single JSON value");
          return value;
        }
        if (Array.isArray(outer)) outer.push(value);
        else setField(outer, keys.pop()!, value);
        if (this.#takes(",")) break;
        const end = endOf(outer);
        if (!this.#takes(end)) this.#fail(`"," or "${end}"`);
        value = outer;
        open.pop();
      }
    }
  }

  #key(): string {
    if (this.#next() !== '"') this.#fail("a key in double quotes");
    const key = this.#string();
    if (!this.#takes(":")) this.#fail('":"');
    return key;
  }

  #string(): string {
    const text = this.#text;
    const start = this.#at;
    let end = start + 1;
    for (; text[end] !== '"'; end++) {
      if (text[end] === "\\") end++;
      if (end >= text.length) this.#fail("the end of a string", text.length);
    }
    this.#at = end + 1;
    try {
      return JSON.parse(text.slice(start, end + 1));
    } catch {
      return this.#fail("a well-formed string", start);
    }
  }

  #scalar(): unknown {
    if (this.#next() === '"') return this.#string();
    SCALAR.lastIndex = this.#at;
    const token = SCALAR.exec(this.#text)?.[0];
    if (token === undefined) return this.#fail("a JSON value");
    this.#at += token.length;
    if (token === "null") return null;
    if (token === "true" || token === "false") return token === "true";
    return this.#toNumber(token);
  }

  #takes(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at++;
    return true;
  }

  /** Skips spaces. Returns the character behind them. */
  #next(): string | undefined {
    let character = this.#text[this.#at];
    while (character === " " || character === "\n" || character === "\r" || character === "\t") {
      character = this.#text[++this.#at];
    }
    return character;
  }

  #fail(expected: string, at: number = this.#at): never {
    const before = this.#text.slice(0, at).split("\n");
    const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
    const got = at < this.#text.length ? JSON.stringify(this.#text.slice(at, at + 10)) : "the end";
    throw new SyntaxError(`expected ${expected} at ${place}, got ${got}`);
  }
}

function endOf(container: object): string {
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
