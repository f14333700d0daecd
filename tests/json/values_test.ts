import { assert, assertEquals, assertThrows } from "@std/assert";
import { runInNewContext } from "node:vm";
import { DagsterPipesError } from "../../src/errors.ts";
import { customLine, materializationLine } from "../../src/protocol/reports.ts";
import { asciiJson, floatText } from "../../src/json/write_json.ts";
import { nested, VALUE_TABLE } from "./value_table.ts";

/** The text of a payload, taken out of its line. */
function payloadText(payload: unknown): string {
  const line = customLine(payload);
  const start =
    '{"__dagster_pipes_version":"0.1","method":"report_custom_message","params":{"payload":';
  assert(line.startsWith(start) && line.endsWith("}}"));
  return line.slice(start.length, -2);
}

function metadataText(value: unknown): string {
  const line = materializationLine("a", undefined, { value });
  const start =
    '{"__dagster_pipes_version":"0.1","method":"report_asset_materialization","params":' +
    '{"asset_key":"a","data_version":null,"metadata":{"value":';
  assert(line.startsWith(start) && line.endsWith("}}}"));
  return line.slice(start.length, -3);
}

/** Checks that a value is refused with these words, somewhere in the argument of that name. */
function assertRefused(write: () => string, root: string, why: string): void {
  const error = assertThrows(write, DagsterPipesError);
  assertEquals(error.code, "invalid_value");
  assert(error.message.startsWith(root) && error.message.endsWith(`: ${why}`), error.message);
}

for (const { value, make, metadata, json } of VALUE_TABLE) {
  Deno.test(`as metadata, ${value} is ${"refused" in metadata ? "refused" : metadata.type}`, () => {
    if ("refused" in metadata) {
      assertRefused(() => metadataText(make()), "metadata.value", metadata.refused);
      return;
    }
    const { text, type } = metadata;
    assertEquals(metadataText(make()), `{"raw_value":${text},"type":"${type}"}`);
  });

  Deno.test(`in a payload, ${value} is ${typeof json === "string" ? json : "refused"}`, () => {
    if (typeof json !== "string") {
      assertRefused(() => payloadText(make()), "payload", json.refused);
      return;
    }
    assertEquals(payloadText(make()), json);
    assertEquals(payloadText({ list: [make()] }), `{"list":[${json}]}`);
  });
}

Deno.test("every kind of typeof stands in the table", () => {
  const kinds = new Set(VALUE_TABLE.map(({ make }) => typeof make()));
  assertEquals([...kinds].sort(), [
    "bigint",
    "boolean",
    "function",
    "number",
    "object",
    "string",
    "symbol",
    "undefined",
  ]);
});

Deno.test("an error tells the whole path of the bad value", () => {
  const payload = { a: [1, { "two words": [undefined] }] };
  const error = assertThrows(() => customLine(payload), DagsterPipesError);
  assertEquals(
    error.message,
    'payload.a[1]["two words"][0]: must be a JSON value, got undefined: use null for a missing value',
  );
});

Deno.test("what a getter, a toJSON or a proxy throws is the cause", () => {
  const cause = new RangeError("broken");
  const values = [
    {
      get x(): never {
        throw cause;
      },
    },
    {
      toJSON(): never {
        throw cause;
      },
    },
    new Proxy({}, {
      ownKeys() {
        throw cause;
      },
    }),
    new Proxy([1], {
      get() {
        throw cause;
      },
    }),
  ];
  for (const value of values) {
    const error = assertThrows(() => customLine({ value }), DagsterPipesError);
    assertEquals(error.cause, cause);
    assert(error.message.startsWith("payload.value"), error.message);
  }
});

Deno.test("200 levels pass and one more does not, maps and sets counted", () => {
  assertEquals(payloadText(nested(200)), "[".repeat(200) + "]".repeat(200));
  assertRefused(
    () => payloadText(new Set([new Map([["a", nested(199)]])])),
    "payload",
    "is nested deeper than 200 levels, which Dagster could not store",
  );
});

Deno.test("an object may stand twice, beside itself", () => {
  const shared = { a: 1 };
  assertEquals(payloadText([shared, shared]), '[{"a":1},{"a":1}]');
});

Deno.test("a circle through toJSON is refused", () => {
  const value: { toJSON(): unknown } = { toJSON: () => [value] };
  assertRefused(() => payloadText(value), "payload", "is circular: it holds itself");
});

Deno.test("an endless toJSON is refused", () => {
  const endless = (): unknown => ({ toJSON: () => [endless()] });
  assertRefused(
    () => payloadText(endless()),
    "payload",
    "is nested deeper than 200 levels, which Dagster could not store",
  );
});

Deno.test("a hole in an array is refused", () => {
  const array: number[] = [1];
  array[2] = 3;
  const why = "must be a JSON value, got undefined: use null for a missing value";
  assertRefused(() => payloadText(array), "payload[1]", why);
});

Deno.test("every array of numbers is an array, and of bigints too", () => {
  const arrays = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
  ].map((kind) => new kind([1, 2]));
  for (const array of arrays) assertEquals(payloadText(array), "[1,2]");
  assertEquals(payloadText(new BigInt64Array([-1n, 2n])), "[-1,2]");
  assertEquals(payloadText(new BigUint64Array([2n ** 63n])), "[9223372036854775808]");
  assertEquals(payloadText(new Float64Array([0.5, -0])), "[0.5,-0.0]");
});

Deno.test("the keys of an object keep their order, and __proto__ is one like the others", () => {
  const value = JSON.parse('{"b":1,"__proto__":{"x":1},"a":2}');
  assertEquals(payloadText(value), '{"b":1,"__proto__":{"x":1},"a":2}');
});

Deno.test("whole numbers keep every digit up to 1e21", () => {
  const values = [
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    -(2 ** 63),
    123456789012345680000,
    999999999999999900000,
  ];
  assertEquals(values.map(payloadText), [
    "9007199254740991",
    "9007199254740992",
    "-9223372036854775808",
    "123456789012345683968",
    "999999999999999868928",
  ]);
});

Deno.test("a float always has a point or an exponent, and gives the same number back", () => {
  const values = [0, -0, 3, -3, 0.1, 1e20, 1e21, 1e300, 2 ** 60, 5e-324, 1.7976931348623157e308];
  for (const value of values) {
    const text = floatText(value);
    assert(/^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(text) && /[.e]/.test(text), text);
    assert(Object.is(Number(text), value), text);
  }
});

Deno.test("strings keep every character, controls and pairs of surrogates too", () => {
  const text = Array.from({ length: 0x300 }, (_, i) => String.fromCharCode(i)).join("") +
    "\u2028\u{1F600}";
  assertEquals(JSON.parse(asciiJson(text)), text);
  assert(!/[\n\r]/.test(asciiJson(text)));
});

Deno.test("an object with the tag of a boxed value and nothing boxed is refused", () => {
  class Tagged {
    readonly [Symbol.toStringTag] = "Number";
  }
  assertRefused(() => payloadText(new Tagged()), "payload", "must be a JSON value, got a Tagged");
});

Deno.test("built-in values of another realm are taken as those of this one", () => {
  const texts: Readonly<Record<string, string>> = {
    "new Date(1500)": '"1970-01-01T00:00:01.500Z"',
    'new Map([["a", 1]])': '{"a":1}',
    "new Set([1, 2])": "[1,2]",
    "[new Number(1), { a: [null] }]": '[1,{"a":[null]}]',
  };
  for (const [source, text] of Object.entries(texts)) {
    assertEquals(payloadText(runInNewContext(source)), text, source);
  }
  const stored = metadataText(runInNewContext("new Date(1500)"));
  assertEquals(stored, metadataText(new Date(1500)));
});
