/**
 * What becomes of each kind of JavaScript value: a table of the documentation. `values_test.ts`
 * runs every row, and the tests in `tests/docs` ask Dagster what it holds, and compare the page with
 * it.
 *
 * @module
 */

/** What one kind of value becomes. */
export interface ValueRow {
  /** The value, as the page writes it. */
  readonly value: string;
  /** Makes the value. */
  readonly make: () => unknown;
  /**
   * As a value of metadata: the type on the wire and the raw value's text, and what Dagster holds;
   * or why it is refused.
   */
  readonly metadata:
    | {
      readonly type: string;
      readonly text: string;
      readonly held: string;
    }
    | Refused;
  /** Inside JSON, in a payload: its wire text, or why it is refused. */
  readonly json: string | Refused;
}

/** The end of the error's message, behind the path. */
export interface Refused {
  readonly refused: string;
}

const infer = "__infer__";

/** A value that JSON has: the same text in both places. */
function both(value: string, make: () => unknown, text: string, held: string): ValueRow {
  return { value, make, metadata: { type: infer, text, held }, json: text };
}

/** A value that cannot be sent anywhere. */
function neither(value: string, make: () => unknown, refused: string): ValueRow {
  return { value, make, metadata: { refused }, json: { refused } };
}

/** A number that only a metadata value of its own can say. */
function floatOnly(value: string, make: () => number, text: string, held: string): ValueRow {
  const refused = `must be a finite number, got ${text}: Dagster's UI cannot read it here`;
  return { value, make, metadata: { type: "float", text, held }, json: { refused } };
}

const notJson = (kind: string): string => `must be a JSON value, got ${kind}`;

class Point {
  readonly x = 1;
  readonly #secret = 2;
  get sum(): number {
    return this.x + this.#secret;
  }
}

/** Every kind of JavaScript value. */
export const VALUE_TABLE: readonly ValueRow[] = [
  both('`"text"`', () => "text", '"text"', 'TextMetadataValue(text="text")'),
  both(
    "a string with a lone surrogate",
    () => "a\ud800b",
    '"a\\ufffdb"',
    'TextMetadataValue(text="a\ufffdb")',
  ),
  both(
    "a string with a Unicode line end",
    () => "a\u2028b",
    '"a\\u2028b"',
    'TextMetadataValue(text="a\u2028b")',
  ),
  both("`true`", () => true, "true", "BoolMetadataValue(value=True)"),
  both("`null`", () => null, "null", "NullMetadataValue()"),
  both("`3`, `3.0`", () => 3.0, "3", "IntMetadataValue(value=3)"),
  both("`1.5`", () => 1.5, "1.5", "FloatMetadataValue(value=1.5)"),
  both("`-0`", () => -0, "-0.0", "FloatMetadataValue(value=-0.0)"),
  both(
    "`2 ** 60`",
    () => 2 ** 60,
    "1152921504606846976",
    "IntMetadataValue(value=1152921504606846976)",
  ),
  both("`1e21`", () => 1e21, "1e+21", "FloatMetadataValue(value=1e+21)"),
  both("`5e-324`", () => 5e-324, "5e-324", "FloatMetadataValue(value=5e-324)"),
  floatOnly("`NaN`", () => NaN, "NaN", "FloatMetadataValue(value=nan)"),
  floatOnly("`Infinity`", () => Infinity, "Infinity", "FloatMetadataValue(value=inf)"),
  floatOnly("`-Infinity`", () => -Infinity, "-Infinity", "FloatMetadataValue(value=-inf)"),
  {
    value: "`2n ** 70n`",
    make: () => 2n ** 70n,
    metadata: {
      type: "int",
      text: "1180591620717411303424",
      held: "IntMetadataValue(value=1180591620717411303424)",
    },
    json: "1180591620717411303424",
  },
  neither(
    "a `bigint` of more than 4,300 digits",
    () => 10n ** 4300n,
    "has more than 4300 digits, more than Python reads",
  ),
  both('`[1, "a"]`', () => [1, "a"], '[1,"a"]', 'JsonMetadataValue(data=[1, "a"])'),
  both(
    "`{ a: { b: 1 } }`",
    () => ({ a: { b: 1 } }),
    '{"a":{"b":1}}',
    'JsonMetadataValue(data={"a": {"b": 1}})',
  ),
  both(
    '`new Map([["a", 1]])`',
    () => new Map([["a", 1]]),
    '{"a":1}',
    'JsonMetadataValue(data={"a": 1})',
  ),
  neither(
    "a `Map` with a key that is not a string",
    () => new Map([[1, "a"]]),
    "has a key that is not a string, but the number 1",
  ),
  both("`new Set([1, 2])`", () => new Set([1, 2]), "[1,2]", "JsonMetadataValue(data=[1, 2])"),
  both(
    "`new Uint8Array([1, 2])`, any array of numbers",
    () => new Uint8Array([1, 2]),
    "[1,2]",
    "JsonMetadataValue(data=[1, 2])",
  ),
  {
    value: "`new Date(1500)`",
    make: () => new Date(1500),
    metadata: { type: "timestamp", text: "1.5", held: "TimestampMetadataValue(value=1.5)" },
    json: '"1970-01-01T00:00:01.500Z"',
  },
  neither("an invalid `Date`", () => new Date(NaN), "is an invalid Date"),
  {
    value: '`new URL("https://a.example/")`',
    make: () => new URL("https://a.example/"),
    metadata: {
      type: "url",
      text: '"https://a.example/"',
      held: 'UrlMetadataValue(url="https://a.example/")',
    },
    json: '"https://a.example/"',
  },
  both(
    "an object with `toJSON`",
    () => ({ hidden: 1, toJSON: () => ({ shown: 2 }) }),
    '{"shown":2}',
    'JsonMetadataValue(data={"shown": 2})',
  ),
  both(
    "an instance of a class: its public fields",
    () => new Point(),
    '{"x":1}',
    'JsonMetadataValue(data={"x": 1})',
  ),
  both(
    "`new Number(3)`, `new String()`, `new Boolean()`",
    () => new Number(3),
    "3",
    "IntMetadataValue(value=3)",
  ),
  neither("`undefined`", () => undefined, notJson("undefined: use null for a missing value")),
  neither("a function", () => () => 1, notJson("a function")),
  neither("a symbol", () => Symbol("s"), notJson("a symbol")),
  neither("a `Promise`", () => Promise.resolve(1), notJson("a Promise: await it first")),
  neither("an `Error`", () => new TypeError("x"), notJson("a TypeError")),
  neither("a `RegExp`", () => /a/, notJson("a RegExp")),
  neither("an `ArrayBuffer`, a `DataView`", () => new ArrayBuffer(1), notJson("an ArrayBuffer")),
  neither("a `WeakMap`, a `WeakSet`", () => new WeakMap(), notJson("a WeakMap")),
  neither("an iterator, a generator", () => [1].values(), notJson("an Iterator")),
  neither(
    "an object with a key that is a symbol",
    () => ({ [Symbol("s")]: 1 }),
    "has a key that is a symbol, Symbol(s): JSON has only strings for keys",
  ),
  {
    value: "an object with a key of Dagster's storage, such as `__class__`",
    make: () => ({ __class__: "x" }),
    metadata: {
      refused:
        'must not have the key "__class__": Dagster\'s storage would mistake the object for one of its own, ' +
        "and then could not read the log of the run. Rename the key",
    },
    json: '{"__class__":"x"}',
  },
  neither("an object that holds itself", circular, "is circular: it holds itself"),
  neither(
    "more than 200 arrays or objects in each other",
    () => nested(201),
    "is nested deeper than 200 levels, which Dagster could not store",
  ),
  neither(
    "a getter or proxy that throws",
    () => ({
      get broken(): never {
        throw new RangeError("broken");
      },
    }),
    "cannot be read: reading it threw",
  ),
  neither(
    "a `toJSON` that throws",
    () => ({
      toJSON(): never {
        throw new RangeError("broken");
      },
    }),
    "cannot be read: its toJSON threw",
  ),
  neither(
    "two keys that become the same one without their lone surrogates",
    () => Object.fromEntries([["\ud800", 1], ["\ud801", 2]]),
    "has two keys that become the same one when their lone surrogates are replaced by U+FFFD",
  ),
];

function circular(): unknown[] {
  const array: unknown[] = [];
  array.push(array);
  return array;
}

/** Arrays in each other: the innermost is empty. */
export function nested(levels: number): unknown[] {
  let array: unknown[] = [];
  for (let i = 1; i < levels; i++) array = [array];
  return array;
}

/** A Unicode line end would end the table's row. */
function printable(text: string): string {
  return text.replaceAll("\u2028", "\\u2028");
}

/** The table as the page shows it. */
export function valueTableMarkdown(): string {
  const rows = VALUE_TABLE.map(({ value, metadata, json }) =>
    `| ${value} | ${"refused" in metadata ? "refused" : `\`${printable(metadata.held)}\``} | ${
      typeof json === "string" ? `\`${json}\`` : "refused"
    } |`
  );
  return [
    "| JavaScript value | as a value of metadata | inside JSON, in a payload |",
    "| --- | --- | --- |",
    ...rows,
  ].join("\n");
}
