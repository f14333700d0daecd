import { asciiJson } from "../../../src/json/write_json.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError } from "../../../src/errors.ts";
import { MetadataValue, pipesMetadataValue } from "../../../src/protocol/metadata/builders.ts";
import {
  PIPES_METADATA_TYPES,
  wireMetadata,
} from "../../../src/protocol/metadata/wire_metadata.ts";
import { customLine } from "../../../src/protocol/reports.ts";

function metadataText(metadata: unknown): string {
  return asciiJson(wireMetadata(metadata));
}

/** The wire text of one value. */
function wire(value: unknown): string {
  const text = metadataText({ v: value });
  assert(text.startsWith('{"v":') && text.endsWith("}"));
  return text.slice('{"v":'.length, -1);
}

function refusal(value: unknown): string {
  const error = assertThrows(() => wire(value), DagsterPipesError);
  assertEquals(error.code, "invalid_value");
  return error.message;
}

const COLUMNS = [{ name: "id", type: "int" }];

/**
 * For each type: values that Dagster takes with their wire text, and values that would end its
 * reader.
 */
const TYPES: Record<
  string,
  { taken: [unknown, string][]; refused: [unknown, string][] }
> = {
  text: { taken: [["a", '"a"'], ["", '""']], refused: notStrings("text") },
  path: { taken: [["/tmp/x", '"/tmp/x"']], refused: notStrings("path") },
  notebook: { taken: [["x.ipynb", '"x.ipynb"']], refused: notStrings("notebook") },
  md: { taken: [["# a\n", '"# a\\n"']], refused: notStrings("md") },
  dagster_run: { taken: [["7f3c", '"7f3c"']], refused: notStrings("dagster_run") },
  url: {
    taken: [["https://a.example", '"https://a.example"'], [
      new URL("https://a.example"),
      '"https://a.example/"',
    ]],
    refused: [[1, wrong("url", "a string or a URL", "the number 1")], [
      {},
      wrong("url", "a string or a URL", "an object"),
    ]],
  },
  asset: {
    taken: [["a", '"a"'], ["a/b", '"a/b"']],
    refused: [
      [["a"], wrong("asset", "a string", "an array")],
      [
        "a\\/b",
        'cannot name an asset with a "/" inside a part of its key, got the string "a\\\\/b"',
      ],
      ["a//b", 'must not have empty parts, got the string "a//b"'],
      ["", 'must not have empty parts, got the string ""'],
    ],
  },
  float: {
    taken: [
      [3, "3.0"],
      [-0, "-0.0"],
      [0, "0.0"],
      [0.1, "0.1"],
      [1e21, "1e+21"],
      [2 ** 60, "1152921504606847000.0"],
      [NaN, "NaN"],
      [Infinity, "Infinity"],
      [-Infinity, "-Infinity"],
    ],
    refused: [
      ["1.0", wrong("float", "a number", 'the string "1.0"')],
      [1n, wrong("float", "a number", "a bigint")],
      [null, wrong("float", "a number", "null")],
    ],
  },
  int: {
    taken: [
      [3, "3"],
      [3.0, "3"],
      [-0, "0"],
      [2 ** 53, "9007199254740992"],
      [1e21, "1000000000000000000000"],
      [1e22, "10000000000000000000000"],
      [2n ** 70n, "1180591620717411303424"],
      [-(10n ** 4300n) + 1n, `-${"9".repeat(4300)}`],
    ],
    refused: [
      [3.5, wrong("int", "a whole number", "the number 3.5")],
      ["3", wrong("int", "a whole number", 'the string "3"')],
      [NaN, wrong("int", "a whole number", "NaN")],
      [10n ** 4300n, "has more than 4300 digits, more than Python reads"],
      [-(10n ** 4300n), "has more than 4300 digits, more than Python reads"],
    ],
  },
  bool: {
    taken: [[true, "true"], [false, "false"]],
    refused: [[1, wrong("bool", "true or false", "the number 1")], [
      null,
      wrong("bool", "true or false", "null"),
    ]],
  },
  null: {
    taken: [[null, "null"]],
    refused: [[0, wrong("null", "null", "the number 0")], [
      undefined,
      wrong("null", "null", "undefined"),
    ]],
  },
  json: {
    taken: [
      [null, "null"],
      [[1, 1.5], "[1,1.5]"],
      [{ a: [{}] }, '{"a":[{}]}'],
      [new Map([["a", 1]]), '{"a":1}'],
      [new Set([1]), "[1]"],
      ["a", '"a"'],
      [new String("a"), '"a"'],
      [new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ],
    refused: [
      [1, wrong("json", "an object, an array, a string or null", "the number 1")],
      [true, wrong("json", "an object, an array, a string or null", "a boolean")],
      [Object(1), wrong("json", "an object, an array, a string or null", "a Number")],
      [{ toJSON: () => 1 }, wrong("json", "an object, an array, a string or null", "an object")],
    ],
  },
  timestamp: {
    taken: [[1700000000, "1700000000"], [0.5, "0.5"], [-1, "-1"], [new Date(1500), "1.5"]],
    refused: [
      [
        "2026-01-01",
        wrong("timestamp", "seconds since the start of 1970, or a Date", 'the string "2026-01-01"'),
      ],
      [Infinity, wrong("timestamp", "seconds since the start of 1970, or a Date", "Infinity")],
      [1n, wrong("timestamp", "seconds since the start of 1970, or a Date", "a bigint")],
      [new Date(NaN), "is an invalid Date"],
    ],
  },
  table: {
    taken: [[
      { records: [{ id: 1 }], schema: COLUMNS },
      '{"records":[{"id":1}],"schema":[{"name":"id","type":"int"}]}',
    ]],
    refused: [[{ records: [] }, ".schema: must be an array, got undefined"], [
      [],
      "must be an object, got an array",
    ]],
  },
  table_schema: {
    taken: [[{ columns: COLUMNS }, '{"columns":[{"name":"id","type":"int"}]}']],
    refused: [[COLUMNS, "must be an object, got an array"], [
      {},
      ".columns: must be an array, got undefined",
    ]],
  },
  table_column_lineage: {
    taken: [[
      { deps_by_column: { total: [{ asset_key: String.raw`a\/b/c`, column_name: "x" }] } },
      '{"deps_by_column":{"total":[{"asset_key":["a/b","c"],"column_name":"x"}]}}',
    ]],
    refused: [[{}, ".deps_by_column: must be an object, got undefined"], [
      null,
      "must be an object, got null",
    ]],
  },
};

function wrong(type: string, expected: string, got: string): string {
  return `metadata of type ${type} must be ${expected}, got ${got}`;
}

function notStrings(type: string): [unknown, string][] {
  return [[1, "the number 1"], [null, "null"], [undefined, "undefined"], [
    new Date(0),
    "a Date",
  ], [["a"], "an array"]].map(([value, kind]) => [value, wrong(type, "a string", String(kind))]);
}

for (const [type, { taken, refused }] of Object.entries(TYPES)) {
  Deno.test(`metadata of type ${type} has exactly this wire text`, () => {
    for (const [rawValue, text] of taken) {
      assertEquals(wire({ rawValue, type }), `{"raw_value":${text},"type":"${type}"}`);
      assertEquals(wire({ raw_value: rawValue, type }), wire({ rawValue, type }));
    }
  });

  Deno.test(`metadata of type ${type} refuses what Dagster does not take`, () => {
    for (const [rawValue, why] of refused) {
      assertEquals(
        refusal({ rawValue, type }),
        why.startsWith(".") ? `metadata.v${why}` : `metadata.v: ${why}`,
      );
    }
  });
}

Deno.test("every type is tried", () => {
  assertEquals([...Object.keys(TYPES), "__infer__"].sort(), [...PIPES_METADATA_TYPES].sort());
});

Deno.test("a float on the wire gives the same number back", () => {
  for (
    const value of [2 ** 60, 123456789012345680000, 1e20, 0.1 + 0.2, 5e-324, 1.7976931348623157e308]
  ) {
    assertEquals(JSON.parse(wire(MetadataValue.float(value))).raw_value, value);
  }
});

Deno.test("__infer__ is as a raw value", () => {
  for (
    const value of [
      "a",
      1,
      1.5,
      NaN,
      2n ** 70n,
      new Date(0),
      new URL("https://a.example"),
      [1],
      null,
    ]
  ) {
    assertEquals(wire(pipesMetadataValue(value)), wire(value));
  }
});

Deno.test("a type that Dagster does not have is refused", () => {
  assertEquals(
    refusal({ rawValue: 1, type: "number" }),
    `metadata.v: has a type that Dagster does not have, the string "number". Its types are ${
      PIPES_METADATA_TYPES.join(", ")
    }`,
  );
  assert(refusal({ rawValue: 1, type: undefined }).includes("does not have, undefined"));
});

Deno.test("only a plain object with exactly the two keys is a typed value", () => {
  assertEquals(
    wire({ rawValue: 1, type: "int", more: 1 }),
    '{"raw_value":{"rawValue":1,"type":"int","more":1},"type":"__infer__"}',
  );
  assertEquals(wire({ rawValue: 1 }), '{"raw_value":{"rawValue":1},"type":"__infer__"}');
  assertEquals(
    wire(Object.assign(Object.create(null), { rawValue: 1, type: "int" })),
    '{"raw_value":1,"type":"int"}',
  );
});

Deno.test("no metadata is null, and labels may be any string", () => {
  assertEquals([metadataText(undefined), metadataText(null)], ["null", "null"]);
  assertEquals(metadataText({}), "{}");
  const labels = JSON.parse('{"a b": 1, "": 2, "__proto__": 3}');
  assertEquals(Object.keys(JSON.parse(metadataText(labels))), ["a b", "", "__proto__"]);
});

Deno.test("metadata that is no plain object is refused", () => {
  const kinds: [unknown, string][] = [
    [[1], "an array"],
    [1, "the number 1"],
    ["a", 'the string "a"'],
    [new Map(), "a Map"],
    [new Date(), "a Date"],
  ];
  for (const [metadata, kind] of kinds) {
    const error = assertThrows(
      () => metadataText(metadata),
      DagsterPipesError,
    );
    assertEquals(
      error.message,
      `metadata: must be an object of values by their labels, got ${kind}`,
    );
  }
});

Deno.test("each builder makes its type", () => {
  const built = [
    MetadataValue.text("a"),
    MetadataValue.url(new URL("https://a.example")),
    MetadataValue.path("p"),
    MetadataValue.notebook("n"),
    MetadataValue.json([1]),
    MetadataValue.md("m"),
    MetadataValue.float(1),
    MetadataValue.int(1n),
    MetadataValue.bool(true),
    MetadataValue.dagsterRun("r"),
    MetadataValue.asset(["a", "b"]),
    MetadataValue.null(),
    MetadataValue.timestamp(new Date(2500)),
    MetadataValue.table([{ id: 1 }]),
    MetadataValue.tableSchema(COLUMNS),
    MetadataValue.tableColumnLineage({ c: [{ assetKey: "a/b", columnName: "x" }] }),
  ];
  assertEquals(
    built.map(({ type }) => type).sort(),
    PIPES_METADATA_TYPES.filter((type) => type !== "__infer__").sort(),
  );
  assertEquals(built.map((value) => JSON.parse(wire(value)).raw_value), [
    "a",
    "https://a.example/",
    "p",
    "n",
    [1],
    "m",
    1,
    1,
    true,
    "r",
    "a/b",
    null,
    2.5,
    { records: [{ id: 1 }], schema: COLUMNS },
    { columns: COLUMNS },
    { deps_by_column: { c: [{ asset_key: ["a", "b"], column_name: "x" }] } },
  ]);
});

Deno.test("an asset with a slash inside a part of its key cannot be said, and the builder says so", () => {
  assertEquals(
    assertThrows(() => MetadataValue.asset(["a/b", "c"]), DagsterPipesError).message,
    'MetadataValue.asset: cannot name an asset with a "/" inside a part of its key, got "a/b"',
  );
  assertThrows(() => MetadataValue.asset([]), DagsterPipesError, "without empty parts");
  assertEquals(MetadataValue.asset(String.raw`a/c\\d`).rawValue, String.raw`a/c\d`);
});

Deno.test("a value made by a builder is refused inside JSON and payloads, where it would arrive as its fields", () => {
  const value = { deep: [MetadataValue.int(1)] };
  for (const metadata of [{ v: value }, { v: MetadataValue.json(value) }]) {
    assertThrows(
      () => metadataText(metadata),
      DagsterPipesError,
      "metadata.v.deep[0]: is a value made by MetadataValue",
    );
  }
  assertThrows(() => customLine(value), DagsterPipesError, "payload.deep[0]: is a value made by");
  assertEquals(customLine({ type: "a", rawValue: 1, more: 2 }).includes('"rawValue":1'), true);
});

Deno.test("a timestamp after the year 9999 is refused: it is most likely in milliseconds", () => {
  const refused = (v: unknown) =>
    assertThrows(() => metadataText({ v }), DagsterPipesError, "is after the year 9999");
  refused(MetadataValue.timestamp(1_790_000_000_000));
  refused(new Date(253402300800000));
  assertEquals(
    metadataText({ v: MetadataValue.timestamp(253402300799) }).includes("253402300799"),
    true,
  );
});
