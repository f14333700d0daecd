const TOKEN = /NaN|-?(?:Infinity|(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)|true|false|null/y;
const SPACE = /[ \t\n\r]*/y;

/**
 * A parser for what `JSON.parse` cannot do: several times slower, and only on the way where nothing
 * else helps.
 */
export class PythonJsonParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): unknown {
    this.#skipSpace();
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#fail("a single JSON value");
    return value;
  }

  #value(): unknown {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#array();
      case '"':
        return this.#string();
      default:
        return this.#scalar();
    }
  }

  #object(): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#at++;
    this.#skipSpace();
    if (this.#takes("}")) return object;
    do {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') this.#fail("a key in double quotes");
      const key = this.#string();
      this.#skipSpace();
      if (!this.#takes(":")) this.#fail('":"');
      this.#skipSpace();
      const value = this.#value();
      // Plain assignment to this one name would set the prototype; `JSON.parse` makes a property of
      // it too.
      if (key === "__proto__") {
        Object.defineProperty(object, key, { value, ...OWN });
      } else object[key] = value;
      this.#skipSpace();
    } while (this.#takes(","));
    if (!this.#takes("}")) this.#fail('"," or "}"');
    return object;
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#takes("]")) return array;
    do {
      this.#skipSpace();
      array.push(this.#value());
      this.#skipSpace();
    } while (this.#takes(","));
    if (!this.#takes("]")) this.#fail('"," or "]"');
    return array;
  }

  #string(): string {
    const start = this.#at;
    let end = start;
    do {
      end = this.#text.indexOf('"', end + 1);
      if (end < 0) return this.#fail("the end of a string", this.#text.length);
    } while (this.#isEscaped(end));
    this.#at = end + 1;
    try {
      return JSON.parse(this.#text.slice(start, this.#at));
    } catch {
      return this.#fail("a well-formed string", start);
    }
  }

  #isEscaped(at: number): boolean {
    let backslashes = 0;
    while (this.#text[at - 1 - backslashes] === "\\") backslashes++;
    return backslashes % 2 === 1;
  }

  #scalar(): unknown {
    TOKEN.lastIndex = this.#at;
    const match = TOKEN.exec(this.#text);
    if (match === null) return this.#fail("a JSON value");
    const [token, fraction, exponent] = match;
    this.#at += token.length;
    switch (token) {
      case "true":
        return true;
      case "false":
        return false;
      case "null":
        return null;
    }
    const number = Number(token);
    if (
      Number.isSafeInteger(number) || fraction !== undefined || exponent !== undefined
    ) return number;
    // An integer of more than 308 digits is `Infinity` to `Number`, and no token but these two has
    // letters.
    return token.endsWith("NaN") || token.endsWith("Infinity") ? number : BigInt(token);
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    SPACE.lastIndex = this.#at;
    SPACE.test(this.#text);
    this.#at = SPACE.lastIndex;
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

const OWN = { enumerable: true, configurable: true, writable: true } as const;
