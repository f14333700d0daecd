import fc from "fast-check";

/**
 * Generates source text, so that a failing case can be read, and pasted into a test as it stands.
 */
export type Source = fc.Arbitrary<string>;

/** Joins generated pieces of source text. */
export function list(
  item: Source,
  maxLength: number,
  [open, close]: readonly [string, string] = ["[", "]"],
): Source {
  return fc.array(item, { maxLength }).map((items) => `${open}${items.join(", ")}${close}`);
}

/** An object of fields, each of which may be left out if its name ends in `?`. */
export function object(fields: Readonly<Record<string, Source>>): Source {
  const entries = Object.entries(fields).map(([name, value]) => {
    const text = value.map((source) => `${name.replace("?", "")}: ${source}`);
    return name.endsWith("?") ? fc.option(text, { freq: 3 }) : text;
  });
  return fc.tuple(...entries).map((texts) =>
    `{ ${texts.filter((text) => text !== null).join(", ")} }`
  );
}

const units = fc.oneof(
  { weight: 12, arbitrary: fc.string({ minLength: 1, maxLength: 1 }) },
  { weight: 4, arbitrary: fc.constantFrom(..."/\\\"'%{}\n\r\t\0\u001b\u007fäß\u2028\ufeff") },
  { weight: 2, arbitrary: fc.constantFrom("😀", "\ud800", "\udc00", "%s") },
);

/** Any text at all. */
export const texts: fc.Arbitrary<string> = fc.oneof(
  { weight: 20, arbitrary: fc.string({ unit: units, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("x".repeat(5000), "NaN", "__class__", "__proto__") },
);
export const string: Source = texts.map((text) => JSON.stringify(text));

/** A key of an object. `__proto__` is one like any other. */
export const keys: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: units, maxLength: 5 }) },
  { weight: 2, arbitrary: fc.constantFrom("a", "__proto__", "toString", "1", "0") },
);

const numbers = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 3, 1e21, 1e22, 5e-324, 1.7976931348623157e308, 2 ** 53),
  fc.constantFrom(123456789012345680000, 1e-7, -9007199254740993, 0.1, -1e20),
);

export function numberSource(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

export const finite: Source = numbers.map(numberSource);
export const whole: Source = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom("-0", "1e21", "2**60", "-(2**53)", "1e300"),
);
export const anyFloat: Source = fc.oneof(
  { weight: 6, arbitrary: finite },
  { weight: 1, arbitrary: fc.constantFrom("NaN", "Infinity", "-Infinity") },
);

/** Integers of up to the 4,300 digits that Python reads. */
export const bigint: Source = fc.oneof(
  { weight: 6, arbitrary: fc.bigInt().map((value) => `${value}n`) },
  { weight: 1, arbitrary: fc.constantFrom("10n ** 4300n - 1n", "-(10n ** 4299n)") },
);
export const boolean: Source = fc.constantFrom("true", "false");
export const scalar: Source = fc.oneof(string, finite, boolean, fc.constant("null"), bigint);

const exotic: Source = fc.oneof(
  fc.integer({ min: -8.64e15, max: 253402300799999 }).map((ms) => `new Date(${ms})`),
  fc.constantFrom(
    'new URL("https://example.com/ä b?q=%20#x")',
    "new Uint8Array([0, 255])",
    "new Float64Array([0.5, -0, 3, 1e21])",
    "new Float32Array([0.1])",
    "new BigInt64Array([-(2n ** 63n)])",
    'Object("boxed")',
    "Object(-0)",
    "Object(false)",
    "Object.create(null)",
    "new (class Row { a = 1; #b = 2; get c() { return 3; } })()",
    "{ get a() { return [1]; } }",
    '{ toJSON() { return "said"; } }',
    "{ toJSON() { return { a: 1n, b: new Date(0) }; } }",
    "{ a: 1, toJSON: 5 }",
    "Object.assign([1, 2], { more: 3 })",
  ),
  fc.record({
    depth: fc.integer({ min: 150, max: 190 }),
    kind: fc.constantFrom("array", "object", "map"),
  }).map(({ depth, kind }) => `nested(${depth}, "${kind}")`),
);

/** Anything that JSON can say, made of any of JavaScript's kinds of values. */
export const json: Source = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 8, arbitrary: scalar },
    { weight: 1, arbitrary: exotic },
    { weight: 2, arbitrary: list(tie("value"), 4) },
    { weight: 2, arbitrary: record(tie("value")) },
    { weight: 1, arbitrary: map(tie("value")) },
    { weight: 1, arbitrary: list(tie("value"), 3, ["new Set([", "])"]) },
  ),
})).value;

/** A plain object. Its keys stand in brackets, as `"__proto__": x` would set the prototype. */
export function record(value: Source): Source {
  return entries(value).map((pairs) =>
    `{ ${pairs.map(([key, text]) => `[${key}]: ${text}`).join(", ")} }`
  );
}

function map(value: Source): Source {
  return entries(value).map((pairs) =>
    `new Map([${pairs.map(([key, text]) => `[${key}, ${text}]`).join(", ")}])`
  );
}

/** Keys and values. No two keys become the same one when they are made well-formed. */
function entries(value: Source): fc.Arbitrary<[string, string][]> {
  return fc.uniqueArray(fc.tuple(keys, value), {
    maxLength: 4,
    selector: ([key]) => key.toWellFormed(),
  }).map((pairs) => pairs.map(([key, text]) => [JSON.stringify(key), text]));
}

const unsayable: Source = fc.oneof(
  fc.constantFrom(
    "NaN",
    "-Infinity",
    "10n ** 4300n",
    "-(10n ** 4999n)",
    "Object(NaN)",
    "new Float64Array([NaN])",
  ),
  fc.constantFrom(
    "undefined",
    "() => 1",
    'Symbol("s")',
    "[, 1]",
    '["a", , "b"]',
    "{ [Symbol.iterator]: 1 }",
  ),
  fc.constantFrom(
    "new Date(NaN)",
    "Object(1n)",
    "Object(Symbol())",
    "new DataView(new ArrayBuffer(2))",
    "/x/",
    "new Error('e')",
    "Promise.resolve(1)",
    "new WeakMap()",
    "globalThis",
  ),
  fc.constantFrom(
    "new Map([[1, 2]])",
    'new Map([["\\ud800", 1], ["\\ud801", 2]])',
    '{ "\\udc00": 1, "\\ufffd": 2 }',
  ),
  fc.constantFrom(
    "{ toJSON() { throw new TypeError('no'); } }",
    "{ toJSON() { return undefined; } }",
    "{ toString() { throw new TypeError('no'); }, valueOf: null }",
    'flaky({ a: 1, b: 2 }, 1, undefined, "x")',
    'flaky([1, 2, 3], 1, undefined, "x")',
    'flaky({ name: "n", type: "t" }, "n", 1, {})',
    'flaky({ rawValue: 1, type: "int" }, "int", 1.5, "float")',
  ),
  fc.constantFrom("getter", "keys", "get", "prototype", "revoked")
    .map((kind) => `throwing("${kind}")`),
  fc.constantFrom("array", "object", "map", "set", "toJSON").map((kind) => `circular("${kind}")`),
  fc.tuple(
    fc.integer({ min: 195, max: 205 }),
    fc.constantFrom("array", "object"),
  ).map(([depth, kind]) => `nested(${depth}, "${kind}")`),
  fc.constantFrom(300, 990, 1100, 20_000).map((depth) => `nested(${depth}, "array")`),
);

/**
 * Keys by which Dagster's storage tells its own objects: what it reads back under them is no JSON
 * any more.
 */
const reserved: Source = fc.tuple(
  fc.constantFrom("__class__", "__enum__", "__set__", "__frozenset__", "__mapping_items__"),
  scalar,
).map(([key, value]) => `{ ${key}: ${value} }`);

/** Anything at all: mostly what cannot be said, or is of a wrong kind for where it stands. */
export const hostile: Source = fc.oneof(
  { weight: 3, arbitrary: unsayable },
  { weight: 1, arbitrary: json },
  { weight: 1, arbitrary: reserved },
  { weight: 1, arbitrary: unsayable.map((source) => `[1, ${source}]`) },
  { weight: 1, arbitrary: unsayable.map((source) => `{ a: ${source} }`) },
);
