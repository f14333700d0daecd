import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import * as v from "valibot";
import { DagsterPipesError } from "../../src/errors.ts";
import { contextProblems, readContextData } from "../../src/protocol/context.ts";

const FULL = {
  asset_keys: ["a", "b/c"],
  code_version_by_asset_key: { a: "1", "b/c": null },
  provenance_by_asset_key: {
    a: { code_version: "1", input_data_versions: { up: "v" }, is_user_provided: false },
    "b/c": null,
  },
  partition_key: null,
  partition_key_range: { start: "2026-01-01", end: "2026-01-03" },
  partition_time_window: { start: "2026-01-01T00:00:00+00:00", end: "2026-01-04T00:00:00+00:00" },
  run_id: "7f3c",
  job_name: "nightly",
  retry_number: 2,
  extras: { deep: [1, { a: null }] },
  a_key_of_a_later_release: [1],
};

Deno.test("an asset called constructor is checked like the others", () => {
  for (const name of ["constructor", "prototype", "__proto__"]) {
    const data = JSON.parse(`{"run_id": "r", "code_version_by_asset_key": {"${name}": 5}}`);
    assertEquals(contextProblems(data), [
      `code_version_by_asset_key.${name} must be a string, got the number 5`,
    ]);
  }
});

Deno.test("a hole among the asset keys is refused", () => {
  const keys: string[] = [];
  keys[1] = "a";
  assertEquals(contextProblems({ run_id: "r", asset_keys: keys }), [
    "asset_keys.0 must be a string, got undefined",
  ]);
});

Deno.test("a whole context is kept as it is, unknown keys too", () => {
  assertEquals(readContextData(FULL), FULL);
  assertEquals(readContextData(JSON.stringify(FULL)) as unknown, FULL);
});

Deno.test("only the run id must be there", () => {
  assertEquals(readContextData('{"run_id": ""}'), { run_id: "" });
});

Deno.test("extras may be any JSON, with what only Python writes", () => {
  const texts: [string, unknown][] = [
    ["1", 1],
    ["1.5", 1.5],
    ['"foo"', "foo"],
    ["[1, 2]", [1, 2]],
    ["null", null],
    ["NaN", NaN],
    ['{"a": [-Infinity, 1180591620717411303424]}', { a: [-Infinity, 2n ** 70n] }],
  ];
  for (const [text, extras] of texts) {
    const data = readContextData(`{"run_id": "r", "extras": ${text}}`);
    assertEquals(data.extras, extras);
  }
});

function problem(source: string | Record<string, unknown>): string {
  const error = assertThrows(() => readContextData(source), DagsterPipesError);
  assertEquals(error.code, "context_invalid");
  return error.message;
}

Deno.test("each wrong field is named with its path and what it holds", () => {
  const fields: [Record<string, unknown>, string][] = [
    [{ run_id: 5 }, "run_id must be a string, got the number 5"],
    [{ asset_keys: "a" }, 'asset_keys must be an array of strings or null, got the string "a"'],
    [{ asset_keys: ["a", 1] }, "asset_keys.1 must be a string, got the number 1"],
    [
      { code_version_by_asset_key: [] },
      "code_version_by_asset_key must be an object, got an array",
    ],
    [
      { code_version_by_asset_key: { a: 1 } },
      "code_version_by_asset_key.a must be a string, got the number 1",
    ],
    [
      {
        provenance_by_asset_key: {
          a: { input_data_versions: { x: null }, is_user_provided: false },
        },
      },
      "provenance_by_asset_key.a.input_data_versions.x must be a string, got null",
    ],
    [
      { provenance_by_asset_key: { a: { input_data_versions: {}, is_user_provided: "no" } } },
      'provenance_by_asset_key.a.is_user_provided must be a boolean, got the string "no"',
    ],
    [{ partition_key: true }, "partition_key must be a string, got a boolean"],
    [
      { partition_key_range: { start: "a", end: 1 } },
      "partition_key_range.end must be a string, got the number 1",
    ],
    [{ partition_time_window: "a" }, 'partition_time_window must be an object, got the string "a"'],
    [{ job_name: [] }, "job_name must be a string, got an array"],
    [{ retry_number: "1" }, 'retry_number must be a number, got the string "1"'],
    [{ retry_number: 1.5 }, "retry_number must be a whole number, got the number 1.5"],
    [{ retry_number: -1 }, "retry_number must not be negative, got the number -1"],
  ];
  for (const [field, text] of fields) {
    const message = problem({ run_id: "r", ...field });
    assert(message.startsWith(`Cannot use the context that Dagster gave: ${text}. `), message);
  }
});

Deno.test("all wrong fields are named at once", () => {
  const message = problem({ asset_keys: 1, job_name: 2 });
  for (const name of ["run_id", "asset_keys", "job_name"]) {
    assert(message.includes(name), message);
  }
});

Deno.test("a context that is no object is refused", () => {
  assert((problem("[1]")).includes("the context must be an object, got an array"));
  assert((problem("null")).includes("the context must be an object, got null"));
});

Deno.test("a context that is cut short is refused with the place and the cause", () => {
  const error = assertThrows(() => readContextData('{"run_id": "r"'), DagsterPipesError);
  assertEquals(
    error.message,
    'Cannot read the context that Dagster gave: it is not complete JSON: expected "," or "}" at line 1, column 15, ' +
      "got the end. Check that nothing else wrote to it or cut it short",
  );
  assert(error.cause instanceof SyntaxError);
});

const key = fc.oneof(fc.string(), fc.constantFrom("constructor", "prototype", "toString"));
const maybe = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.constantFrom(null, undefined));
const span = fc.record({ start: fc.string(), end: fc.string(), later: fc.anything() }, {
  requiredKeys: ["start", "end"],
});
const provenance = fc.record({
  code_version: maybe(fc.string()),
  input_data_versions: fc.dictionary(key, fc.string()),
  is_user_provided: fc.boolean(),
});
const contexts = fc.record({
  run_id: fc.string(),
  asset_keys: maybe(fc.array(fc.string())),
  code_version_by_asset_key: maybe(fc.dictionary(key, maybe(fc.string()))),
  provenance_by_asset_key: maybe(fc.dictionary(key, maybe(provenance))),
  partition_key: maybe(fc.string()),
  partition_key_range: maybe(span),
  partition_time_window: maybe(span),
  job_name: maybe(fc.string()),
  retry_number: fc.nat(),
  extras: fc.jsonValue(),
  later: fc.anything(),
}, { requiredKeys: ["run_id"] });

Deno.test("every context of the right shape is taken, whatever its keys are called", () => {
  fc.assert(fc.property(contexts, (data) => assertEquals(contextProblems(data), [])));
});

Deno.test("a wrong value at any depth is the one problem, and its place is named", () => {
  const wrong = fc.oneof(fc.double(), fc.bigInt(), fc.array(fc.nat()));
  fc.assert(
    fc.property(contexts, key, wrong, (context, name, value) => {
      const versions = { input_data_versions: { [name]: value }, is_user_provided: false };
      const fields: [string, Record<string, unknown>][] = [
        ["run_id", { run_id: value }],
        ["asset_keys.1", { asset_keys: ["a", value] }],
        [`code_version_by_asset_key.${name}`, { code_version_by_asset_key: { [name]: value } }],
        [`provenance_by_asset_key.${name}`, { provenance_by_asset_key: { [name]: value } }],
        [
          `provenance_by_asset_key.${name}.input_data_versions.${name}`,
          { provenance_by_asset_key: { [name]: versions } },
        ],
        ["partition_time_window.end", { partition_time_window: { start: "a", end: value } }],
      ];
      for (const [place, field] of fields) {
        const problems = contextProblems({ ...context, ...field });
        assertEquals(problems.length, 1);
        assert(problems[0]!.startsWith(`${place} must be `), problems[0]);
      }
    }),
  );
});

/**
 * The context once more, as a schema. Valibot accepts an array as an object, and does not look at a key
 * "constructor": the check by hand is stricter there.
 */
const plain = <T extends v.GenericSchema>(schema: T) =>
  v.pipe(v.unknown(), v.check((value) => !Array.isArray(value)), schema);
const mapSchema = <T extends v.GenericSchema>(schema: T) => plain(v.record(v.string(), schema));
const spanSchema = plain(v.looseObject({ start: v.string(), end: v.string() }));
const CONTEXT_SCHEMA = plain(v.looseObject({
  run_id: v.string(),
  asset_keys: v.nullish(v.array(v.string())),
  code_version_by_asset_key: v.nullish(mapSchema(v.nullish(v.string()))),
  provenance_by_asset_key: v.nullish(mapSchema(v.nullish(plain(v.looseObject({
    code_version: v.nullish(v.string()),
    input_data_versions: mapSchema(v.string()),
    is_user_provided: v.boolean(),
  }))))),
  partition_key: v.nullish(v.string()),
  partition_key_range: v.nullish(spanSchema),
  partition_time_window: v.nullish(spanSchema),
  job_name: v.nullish(v.string()),
  retry_number: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
}));

Deno.test("the check by hand and a schema agree, whatever is in any field of a context", () => {
  // Values that fit somewhere, and others.
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("", "a", null, undefined, true, 0, 1, -1, 1.5, 2 ** 53, NaN, 1n),
      fc.array(tie("any"), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom("a", "code_version", "start"), tie("any"), {
        maxKeys: 2,
      }),
      fc.record({ start: tie("any"), end: tie("any") }),
      fc.record({ input_data_versions: tie("any"), is_user_provided: tie("any") }),
    ),
  })).any;
  const fields = fc.constantFrom(...Object.keys(FULL).filter((name) => name !== "extras"));
  const counts = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(contexts, fields, value, (context, name, value) => {
      const data = { ...context, [name]: value };
      const isTaken = contextProblems(data).length === 0;
      counts[isTaken ? "taken" : "refused"]++;
      assertEquals(isTaken, v.is(CONTEXT_SCHEMA, data));
    }),
    { numRuns: 3000 },
  );
  assert(counts.taken > 300 && counts.refused > 300, JSON.stringify(counts));
  fc.assert(
    fc.property(value, (value) => {
      assertEquals(contextProblems(value).length === 0, v.is(CONTEXT_SCHEMA, value));
    }),
  );
});
