import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DagsterPipesError } from "../../src/errors.ts";
import { MetadataValue } from "../../src/protocol/metadata/builders.ts";
import { customLine, materializationLine } from "../../src/protocol/reports.ts";
import { makeKit } from "../fuzz/kit.ts";
import { makeMetadata } from "../fuzz/metadata.ts";
import { evaluate } from "../fuzz/scope.ts";
import { hostile, json, list, record, scalar, type Source, string } from "../fuzz/values.ts";

/** The line that a call makes, or what it says where it refuses. */
function outcome(line: () => string): string {
  try {
    return line();
  } catch (error) {
    return String(error);
  }
}

/** The same where the engine is not asked: a prototype might give other values for what it writes. */
function outcomeByHand(line: () => string): string {
  Object.defineProperty(Array.prototype, "toJSON", { value: undefined, configurable: true });
  try {
    return outcome(line);
  } finally {
    delete (Array.prototype as { toJSON?: unknown }).toJSON;
  }
}

/** Checks that values are written, or refused, in the same words by the engine and by hand. */
function checkBothWays(source: Source, lineOf: (value: unknown) => string): void {
  fc.assert(
    // Nobody can tell what should be written of a value that is another one at each look.
    fc.property(source.filter((text) => !text.includes("flaky(")), (text) => {
      assertEquals(
        outcome(() => lineOf(evaluate(text))),
        outcomeByHand(() => lineOf(evaluate(text))),
      );
    }),
    { numRuns: 400 },
  );
}

const oddNow = (source: Source, odd: Source): Source =>
  fc.oneof({ weight: 20, arbitrary: source }, { weight: 1, arbitrary: odd });

Deno.test("payloads are the same by the engine and by hand", () => {
  checkBothWays(fc.oneof(json, hostile), customLine);
  const row = oddNow(record(oddNow(scalar, hostile)), json);
  checkBothWays(list(row, 12), customLine);
});

Deno.test("metadata is the same by the engine and by hand", () => {
  const lineOf = (metadata: unknown): string => materializationLine("a", undefined, metadata);
  for (const wrong of [0, 5]) checkBothWays(makeMetadata(makeKit(wrong)), lineOf);
});

Deno.test("tables are the same by the engine and by hand, whatever their columns are called", () => {
  const name = fc.oneof(string, fc.constantFrom('"price ($)"', '"a.b"', '"0"', '"__proto__"'));
  const table = fc.uniqueArray(name, { minLength: 1, maxLength: 3 }).chain((names) => {
    const numbers = oddNow(
      fc.oneof(fc.integer().map(String), fc.double({ noNaN: true }).map(String)),
      scalar,
    );
    const field = names.map((name) => numbers.map((cell) => `[${name}]: ${cell}`));
    const fields = fc.oneof(
      { weight: 10, arbitrary: fc.tuple(...field) },
      { weight: 1, arbitrary: fc.tuple(...field.slice(1)) },
      { weight: 1, arbitrary: fc.tuple(...field.toReversed()) },
    );
    const columns = names.map((name) =>
      fc.constantFrom("float", "int").map((type) => `{ name: ${name}, type: "${type}" }`)
    );
    return fc.tuple(
      list(fields.map((texts) => `{ ${texts.join(", ")} }`), 12),
      fc.option(fc.tuple(...columns)),
    );
  }).map(([records, columns]) =>
    columns === null
      ? `MetadataValue.table(${records})`
      : `MetadataValue.table(${records}, [${columns.join(", ")}])`
  );
  checkBothWays(table, (table) => materializationLine("a", undefined, { table }));
});

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

Deno.test("the toJSON of a prototype, put there while values are looked at, gives nothing else for them", () => {
  const value = {
    get a() {
      const toJSON = (): string => "something else";
      Object.defineProperty(Object.prototype, "toJSON", { value: toJSON, configurable: true });
      return 1;
    },
  };
  try {
    assertEquals(payloadText([{ b: 1 }, value]), '["something else","something else"]');
    delete (Object.prototype as { toJSON?: unknown }).toJSON;
    assertEquals(payloadText([{ b: 1 }]), '[{"b":1}]');
  } finally {
    delete (Object.prototype as { toJSON?: unknown }).toJSON;
  }
});

Deno.test("one odd row among many is written by hand, and names its place where it is refused", () => {
  const rows = Array.from(
    { length: 1000 },
    (_, id): Record<string, unknown> => ({ id, text: "a" }),
  );
  const written: [unknown, string][] = [
    [-0, "-0.0"],
    [2n ** 64n, "18446744073709551616"],
    [2 ** 57, "144115188075855872"],
    ["a\ud800", '"a\ufffd"'],
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

Deno.test("what only looks plain is left to the way by hand", () => {
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

Deno.test("what lies too deep is refused, be it empty", () => {
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
