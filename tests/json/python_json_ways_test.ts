import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parsePythonJson } from "../../src/json/python_json.ts";
import { PythonJsonParser } from "../../src/json/python_json_parser.ts";

/** Text that looks like special values, where it is none. */
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    "[NaN, 12345678901234567890]",
    ": -Infinity,",
    "\x7fspecial 0",
    'a", NaN, "b',
    "0.12345678901234567890",
    "größe\n",
  ),
);
const number = fc.constantFrom(
  "NaN",
  "Infinity",
  "-Infinity",
  "9007199254740993",
  "-123456789012345678901234567890",
  "0.12345678901234567890",
  "12345678901234567890.5",
  "1234567890123456789e3",
  "9007199254740991",
  "17",
);

/** JSON as Python writes it, in one of the two ways that it has for other characters than ASCII. */
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    number,
    text.map((value) => JSON.stringify(value)),
    fc.constantFrom("true", "null"),
    fc.array(tie("value")).map((items) => `[${items.join(", ")}]`),
    fc.array(fc.tuple(text, tie("value"))).map((entries) =>
      `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${value}`).join(", ")}}`
    ),
  ),
})).value;

function ascii(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

Deno.test("the quick way and the parser that looks at every character read the same", () => {
  fc.assert(
    fc.property(json, fc.boolean(), (written, isAscii) => {
      const source = isAscii ? ascii(written) : written;
      assertEquals(parsePythonJson(source), new PythonJsonParser(source).parse());
    }),
    { numRuns: 2000 },
  );
});

Deno.test("what Python does not read either is refused beside special values too", () => {
  for (
    const source of [
      "[NaN, 012345678901234567890]",
      "[-NaN]",
      "[NaN, ]",
      "[12345678901234567890,, 1]",
      '{"a": Infinity, NaN: 1}',
      "[NaN",
    ]
  ) assertThrows(() => parsePythonJson(source), SyntaxError);
});
