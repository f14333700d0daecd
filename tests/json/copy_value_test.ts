import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DagsterPipesError } from "../../src/errors.ts";
import { parseAsPython } from "../../src/json/read_json.ts";
import { MetadataValue } from "../../src/protocol/metadata/builders.ts";
import { customLine, materializationLine } from "../../src/protocol/reports.ts";

/** The text of a payload, taken out of its line. */
function payloadText(payload: unknown): string {
  return /"payload":(.*)\}\}$/s.exec(customLine(payload))![1]!;
}

Deno.test("what a getter or a proxy gave when it was looked at is written, and not what it gives next", () => {
  let reads = 0;
  const answers = [1, NaN, undefined, 2n, {}];
  const next = (): unknown => answers[reads++];
  const getter = {
    a: "x",
    get b() {
      return next();
    },
  };
  const proxy = new Proxy({ b: 0 }, { get: (_, key) => key === "b" ? next() : undefined });
  const array = new Proxy([0], {
    get: (items, key, receiver) => key === "0" ? next() : Reflect.get(items, key, receiver),
  });
  for (const [value, text] of [[getter, '{"a":"x","b":1}'], [proxy, '{"b":1}'], [array, "[1]"]]) {
    reads = 0;
    assertEquals(payloadText([{}, value]), `[{},${text}]`);
    assertEquals(reads, 1);
    reads = 0;
    if (value === array) continue;
    const columns = Object.keys(value as object).map((name) => ({ name }));
    const table = MetadataValue.table([value as { b: number }], columns);
    assertEquals(materializationLine("a", undefined, { table }).includes(`[${text}]`), true);
    assertEquals(reads, 1);
  }
});

Deno.test("a toJSON that a getter gives all prototypes does not change what was read", () => {
  const value = {
    get a() {
      const toJSON = (): string => "something else";
      Object.defineProperty(Object.prototype, "toJSON", { value: toJSON, configurable: true });
      return 1;
    },
  };
  try {
    assertEquals(payloadText([{ b: 1 }, value]), '[{"b":1},{"a":1}]');
    delete (Object.prototype as { toJSON?: unknown }).toJSON;
    assertEquals(payloadText([{ b: 1 }]), '[{"b":1}]');
  } finally {
    delete (Object.prototype as { toJSON?: unknown }).toJSON;
  }
});

Deno.test("one odd row among many is written exactly, and names its place if it is refused", () => {
  const rows = Array.from(
    { length: 1000 },
    (_, id): Record<string, unknown> => ({ id, text: "a" }),
  );
  const written: [unknown, string][] = [
    [-0, "-0.0"],
    [2n ** 64n, "18446744073709551616"],
    [2 ** 57, "144115188075855872"],
    ["a\ud800", '"a\\ufffd"'],
    ["\u2028", '"\\u2028"'],
    [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["\\ud800", '"\\\\ud800"'],
  ];
  for (const [value, text] of written) {
    const texts = rows.map(({ id }) => `{"id":${id},"text":${id === 700 ? text : '"a"'}}`);
    const odd = rows.with(700, { id: 700, text: value });
    assertEquals(payloadText(odd), `[${texts.join(",")}]`);
    const table = MetadataValue.table(odd as { id: number }[], [{ name: "id" }, { name: "text" }]);
    const line = materializationLine("a", undefined, { table });
    assertEquals(line.includes(`"records":[${texts.join(",")}]`), true);
  }
  for (const value of [NaN, undefined, [1, Symbol()], { [Symbol()]: 1 }]) {
    const error = assertThrows(
      () => customLine(rows.with(700, { id: 700, text: value })),
      DagsterPipesError,
    );
    assertEquals(error.message.startsWith("payload[700].text"), true, error.message);
  }
});

Deno.test("a toJSON counts wherever it hides", () => {
  const hidden = Object.defineProperty({ a: 1 }, "toJSON", { value: () => "said" });
  const given = new Proxy({ a: 1 }, {
    has: (_, key) => key === "toJSON" || key === "a",
    get: (target, key) => key === "toJSON" ? () => "said" : Reflect.get(target, key),
  });
  assertEquals(payloadText([hidden, given]), '["said","said"]');
  assertEquals(payloadText([{}, Object.assign([1], { toJSON: () => "said" })]), '[{},"said"]');
  const date = Object.assign(new Date(0), { toJSON: () => ({ said: 1 }) });
  assertEquals(payloadText([{}, date]), '[{},{"said":1}]');
  const refused: [() => string, string][] = [
    [
      () => materializationLine("a", undefined, { json: [{ a: 1 }, { __class__: 1 }] }),
      'metadata.json[1]: must not have the key "__class__"',
    ],
    [() => customLine([{}, MetadataValue.int(1)]), "payload[1]: is a value made by MetadataValue"],
    [() => {
      const records = [{ a: 1, b: 1 }, { b: 1, c: 1 } as unknown as { a: number; b: number }];
      const table = MetadataValue.table(records, [{ name: "a" }, { name: "b" }]);
      return materializationLine("a", undefined, { table });
    }, 'metadata.table.records[1]: has "c"'],
  ];
  for (const [line, why] of refused) {
    const { message } = assertThrows(line, DagsterPipesError);
    assertEquals(message.slice(0, why.length), why);
  }
});

Deno.test("two keys that become the same one are refused, though each was written before", () => {
  const [first, second] = [{ "a\ud800": 1 }, { "a\udfff": 2 }];
  assertEquals(payloadText([first, second]), '[{"a\\ufffd":1},{"a\\ufffd":2}]');
  assertThrows(
    () => customLine([first, second, { ...first, ...second }]),
    DagsterPipesError,
    "payload[2]: has two keys that become the same one",
  );
});

Deno.test("a value nested too deep is refused, even if it is empty", () => {
  for (const leaf of [{}, [], { a: {} }, [[]]]) {
    const depth = JSON.stringify(leaf).length / 2 > 1 ? 2 : 1;
    let value: unknown = leaf;
    for (let i = depth; i < 200; i++) value = i % 2 === 0 ? [value] : { a: value };
    assertEquals(payloadText(value), JSON.stringify(value));
    assertThrows(() => customLine([value]), DagsterPipesError, "nested deeper than 200 levels");
  }
});

Deno.test("text that looks like a cell of a float column stays as it is", () => {
  const records = [{ price: 3, note: '"price":4,' }, { price: 3.5, note: '{"price":5}' }];
  const table = MetadataValue.table(records);
  const line = materializationLine("a", undefined, { table });
  const texts = '{"price":3.0,"note":"\\"price\\":4,"},{"price":3.5,"note":"{\\"price\\":5}"}';
  assertEquals(line.includes(`"records":[${texts}]`), true);
});

Deno.test("a prototype with a toJSON does not change plain values", () => {
  const patched: [object, string][] = [[Array.prototype, '[{"a":[1]}]'], [Object.prototype, '"o"']];
  for (const [prototype, text] of patched) {
    Object.defineProperty(prototype, "toJSON", { value: () => "o", configurable: true });
    try {
      assertEquals(payloadText([{ a: 2 }]).length > 0, true);
      // As `JSON.stringify` does, the values follow it; the message around them does not.
      assertEquals(customLine(1).endsWith('"params":{"payload":1}}'), true, text);
    } finally {
      Reflect.deleteProperty(prototype, "toJSON");
    }
  }
});

Deno.test("text that looks like a marked number stays text, as a value, a key and inside a string", () => {
  for (
    const text of [
      "\x7f3.0",
      "\x7fNaN",
      '"\x7f5',
      '\\"\x7f5"',
      "\x7f\x7f5",
      "a\x7f1",
      "\x7f\ud8005",
    ]
  ) {
    const [value] = parseAsPython(payloadText([text, -0])) as unknown[];
    assertEquals(value, text.toWellFormed());
    const keyed = parseAsPython(payloadText({ [text]: -0 })) as object;
    assertEquals(Object.keys(keyed), [text.toWellFormed()]);
    const table = MetadataValue.table([{ [text]: 2.5 }, { [text]: 3 }]);
    const line = materializationLine("a", undefined, { [text]: text, table });
    const { params } = parseAsPython(line) as { params: { metadata: Record<string, Held> } };
    assertEquals(params.metadata[text.toWellFormed()]?.raw_value, text.toWellFormed());
    const { records, schema } = params.metadata.table!.raw_value as Table;
    assertEquals([schema[0]!.name, Object.keys(records[1]!)], [text.toWellFormed(), [
      text.toWellFormed(),
    ]]);
    assertEquals(records[1]![text.toWellFormed()], 3);
  }
});

interface Held {
  readonly raw_value: unknown;
}

interface Table {
  readonly records: readonly Record<string, unknown>[];
  readonly schema: readonly { readonly name: string }[];
}

Deno.test("any JSON value arrives as it was, in ASCII", () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }), (value) => {
      const text = payloadText(value);
      assertMatch(text, /^[\x20-\x7f]*$/);
      assertEquals(
        JSON.parse(text),
        JSON.parse(JSON.stringify(value).replace(/\b-0\b(?!\.)/g, "0")),
      );
    }),
    { numRuns: 1000 },
  );
});
