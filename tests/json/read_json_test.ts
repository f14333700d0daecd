import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parsePythonJson } from "../../src/json/read_json.ts";

/** Sends the parser down its slow way, which the others take only where they must. */
function slowly(text: string): unknown {
  return (parsePythonJson(`[NaN, ${text}]`) as unknown[])[1];
}

function problem(text: string): string {
  return assertThrows(() => parsePythonJson(text), SyntaxError).message;
}

Deno.test("Python's NaN and infinities are numbers", () => {
  assertEquals(parsePythonJson("NaN"), NaN);
  assertEquals(parsePythonJson('{"a": [Infinity, -Infinity, NaN]}'), {
    a: [Infinity, -Infinity, NaN],
  });
});

Deno.test("an integer beyond 2^53 is an exact bigint, a smaller one a number", () => {
  assertEquals(
    parsePythonJson(
      "[9007199254740991, 9007199254740992, -9007199254740993, 1180591620717411303424]",
    ),
    [9007199254740991, 9007199254740992n, -9007199254740993n, 2n ** 70n],
  );
  assertEquals(parsePythonJson("9007199254740993"), 9007199254740993n);
  assertEquals(parsePythonJson(` ${10n ** 400n} `), 10n ** 400n);
});

Deno.test("a float stays a number, however many digits it has", () => {
  const texts = [
    "12345678901234567.5",
    "0.12345678901234567",
    "1e22",
    "1.0",
    "9007199254740993.0",
    "12345678901234567890e3",
  ];
  for (const text of texts) {
    assertEquals(parsePythonJson(text), Number(text));
    assertEquals(slowly(text), Number(text));
  }
});

Deno.test("digits in strings and keys are text", () => {
  const text = '{"12345678901234567890": "98765432109876543210, NaN", "n": 1}';
  assertEquals(parsePythonJson(text), {
    "12345678901234567890": "98765432109876543210, NaN",
    n: 1,
  });
});

Deno.test("minus zero keeps its sign both ways", () => {
  assert(Object.is(parsePythonJson("-0.0"), -0));
  assert(Object.is(slowly("-0.0"), -0));
});

Deno.test("a key __proto__ is a key like the others, and sets no prototype", () => {
  const value = slowly('{"__proto__": {"polluted": 1}, "a": 2}') as Record<string, unknown>;
  assertEquals(Object.keys(value), ["__proto__", "a"]);
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals("polluted" in value, false);
});

Deno.test("the last of two equal keys counts, as in Python", () => {
  assertEquals(slowly('{"a": 1, "a": 2}'), { a: 2 });
});

Deno.test("escapes and lone surrogates in strings are read as JSON.parse reads them", () => {
  const text = String.raw`"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\ud800"`;
  assertEquals(slowly(text), JSON.parse(text));
  assertEquals(slowly(String.raw`["\\", "\\\\", "\\\""]`), ["\\", "\\\\", '\\"']);
});

Deno.test("an error tells the line and the column, and what stands there", () => {
  const problems: Record<string, string> = {
    "": "expected a JSON value at line 1, column 1, got the end",
    '{"a": 1': 'expected "," or "}" at line 1, column 8, got the end',
    "[1, 2": 'expected "," or "]" at line 1, column 6, got the end',
    '{\n  "a": nope\n}': 'expected a JSON value at line 2, column 8, got "nope\\n}"',
    "{a: 1}": 'expected a key in double quotes at line 1, column 2, got "a: 1}"',
    '{"a" 1}': 'expected ":" at line 1, column 6, got "1}"',
    "[1,]": 'expected a JSON value at line 1, column 4, got "]"',
    "1 2": 'expected a single JSON value at line 1, column 3, got "2"',
    "01": 'expected a single JSON value at line 1, column 2, got "1"',
    '["a': "expected the end of a string at line 1, column 4, got the end",
    '["\\x"]': 'expected a well-formed string at line 1, column 2, got "\\"\\\\x\\"]"',
    "'a'": "expected a JSON value at line 1, column 1, got \"'a'\"",
    "-NaN": 'expected a JSON value at line 1, column 1, got "-NaN"',
    "{}\0": 'expected a single JSON value at line 1, column 3, got "\\u0000"',
  };
  for (const [text, message] of Object.entries(problems)) {
    assertEquals(problem(text), message);
  }
});

Deno.test("a text cut short is refused wherever it is cut", () => {
  const text = '{"a": [1, NaN, {"b": "c\\"d"}], "e": 12345678901234567890}';
  for (let length = 0; length < text.length; length++) {
    problem(text.slice(0, length));
  }
  assertEquals(parsePythonJson(text), { a: [1, NaN, { b: 'c"d' }], e: 12345678901234567890n });
});

Deno.test("whatever JSON.parse reads, the slow way reads alike", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const safe = JSON.stringify(
        JSON.parse(text),
        (_, value) =>
          typeof value === "number" && !Number.isSafeInteger(value) ? value % 1000 + 0.5 : value,
      );
      assertEquals(slowly(safe), JSON.parse(safe));
    }),
    { seed: 20261124, numRuns: 500 },
  );
});

Deno.test("whatever JSON.parse refuses is refused, but for Python's three words and its long integers", () => {
  const garbled = fc.tuple(fc.json(), fc.nat(), fc.constantFrom(...'{}[]",:0.-eE\\ \n1'))
    .map(([text, at, character]) => {
      const i = at % (text.length + 1);
      return text.slice(0, i) + character + text.slice(i + 1);
    });
  fc.assert(
    fc.property(garbled, (text) => {
      let isJson = true;
      try {
        JSON.parse(`[0, ${text}]`);
      } catch {
        isJson = false;
      }
      if (isJson) slowly(text);
      else assertThrows(() => slowly(text), SyntaxError);
    }),
    { seed: 20261124, numRuns: 2000 },
  );
});

Deno.test("a value that Python wrote is read as it was, in either of its ways to write other characters than ASCII", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("[NaN, 12345678901234567890]", ": -Infinity,", 'a", NaN, "b', "\\", "größe\n"),
  );
  const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom(NaN, Infinity, -Infinity, 0.1, 9007199254740991, null, true, false),
      fc.bigInt().filter((integer) => !Number.isSafeInteger(Number(integer))),
      text,
      fc.array(tie("value")),
      fc.dictionary(text, tie("value")),
    ),
  }));
  const written = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value);
      return `{${entries.map(([key, item]) => `${written(key)}: ${written(item)}`).join(", ")}}`;
    }
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  };
  const escaped = (text: string): string =>
    text.replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  fc.assert(
    fc.property(values, (value) => {
      assertEquals(parsePythonJson(written(value)), value);
      assertEquals(parsePythonJson(escaped(written(value))), value);
    }),
    { seed: 20261124, numRuns: 2000 },
  );
});

Deno.test("what Python does not read either is refused beside special values too", () => {
  for (
    const text of [
      "[NaN, 012345678901234567890]",
      "[-NaN]",
      "[NaN, ]",
      "[12345678901234567890,, 1]",
      '{"a": Infinity, NaN: 1}',
      "[NaN",
    ]
  ) problem(text);
});

Deno.test("no text is nested too deep, with and without special values", () => {
  for (const inner of ["1", "NaN"]) {
    for (const [start, end] of [["[", "]"], ['{"a":', "}"]]) {
      let value = parsePythonJson(start!.repeat(10_000) + inner + end!.repeat(10_000));
      let levels = 0;
      for (; typeof value === "object" && value !== null; levels++) [value] = Object.values(value);
      assertEquals(levels, 10_000);
      assertEquals(value, Number(inner));
    }
  }
});
