import { assertEquals, assertStringIncludes } from "@std/assert";
import { MetadataValue, type PipesMetadata } from "@dagsterpipes/pipes";
import { createTestPipes } from "@dagsterpipes/pipes/testing";
import { EventView } from "../../src/cli/show/event_view.ts";
import { printable } from "../../src/runtime/notice.ts";
import { exactJson } from "../../src/cli/show/exact_json.ts";
import { metadataLines } from "../../src/cli/show/metadata_lines.ts";
import type { RunEventContent } from "../../src/runner/run_pipes_session.ts";

/** Metadata as it is read back from the wire. */
function recorded(metadata: PipesMetadata) {
  const t = createTestPipes({ assetKeys: ["a"] });
  t.reportAssetMaterialization({ metadata });
  return t.materialization("a").metadata;
}

/** The lines of an event that is the first one. */
function eventLines(event: RunEventContent, hasColors: boolean): string[] {
  return new EventView(hasColors).linesOf(event);
}

function linesOf(metadata: PipesMetadata): string[] {
  return metadataLines(recorded(metadata));
}

Deno.test("metadata stands in columns, each value with its type", () => {
  assertEquals(
    linesOf({
      rows: 120,
      "the share": MetadataValue.float(1),
      total: 2n ** 70n,
      note: "two\nlines",
      loaded: new Date(0),
      json: { a: [1, null] },
      nothing: null,
      ok: true,
      asset: MetadataValue.asset(["a", "b"]),
    }),
    [
      "rows:       int        120",
      "the share:  float      1.0",
      "total:      int        1180591620717411303424",
      "note:       text       two\\nlines",
      "loaded:     timestamp  1970-01-01T00:00:00.000Z",
      'json:       json       {"a":[1,null]}',
      "nothing:    null       null",
      "ok:         bool       true",
      "asset:      asset      a/b",
    ],
  );
  assertEquals(metadataLines({}), []);
});

Deno.test("a table is shown as one, and no more than ten of its rows", () => {
  const records = Array.from({ length: 12 }, (_, id) => ({ id: id * 100, item: `item ${id}` }));
  assertEquals(linesOf({ preview: MetadataValue.table(records) }).slice(0, 4), [
    "preview:  table  12 records",
    "  id   item",
    "  0    item 0",
    "  100  item 1",
  ]);
  assertEquals(linesOf({ preview: MetadataValue.table(records) }).at(-1), "  … 2 more");
  const odd = MetadataValue.table([{ text: "a\nb", long: "x".repeat(100), none: null }]);
  assertEquals(linesOf({ odd }).at(-1), `  a\\nb  ${"x".repeat(47)}…  null`);
});

Deno.test("columns and what they come from are shown as such", () => {
  assertEquals(
    linesOf({
      schema: MetadataValue.tableSchema([
        { name: "id", type: "int", description: "who" },
        { name: "price", type: "float" },
      ]),
      lineage: MetadataValue.tableColumnLineage({
        price: [{ assetKey: "raw/orders", columnName: "amount" }, {
          assetKey: ["rates"],
          columnName: "rate",
        }],
      }),
    }),
    [
      "schema:   table_schema          2 columns",
      "  id     int    who",
      "  price  float",
      "lineage:  table_column_lineage  1 column",
      "  price <- raw/orders.amount, rates.rate",
    ],
  );
});

Deno.test("a picture is shown by its kind and size, or where it is", () => {
  const png = new Uint8Array(3000);
  png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const address = new URL("https://a.example/p.png");
  assertEquals(
    linesOf({
      svg: MetadataValue.image("<svg/>", { alt: "orders [a day]" }),
      png: MetadataValue.image(png),
      link: MetadataValue.image(address),
      md: MetadataValue.md("# Title"),
    }).map((line) => line.slice(11)),
    [
      'picture "orders [a day]", SVG, 66 bytes',
      "picture, PNG, 2.9 KiB",
      "picture at https://a.example/p.png",
      "# Title",
    ],
  );
});

Deno.test("what is long is cut, and its length told", () => {
  const [line = ""] = linesOf({ text: "x".repeat(5000) });
  assertEquals(line.length < 260, true);
  assertEquals(line.endsWith("… (5000 characters)"), true);
});

/** Each kind of event, and how it is shown. */
const EVENTS: readonly (readonly [RunEventContent, readonly string[]])[] = [
  [{ type: "start", schema: 1, command: ["deno", "run"] }, ["start            deno run"]],
  [{ type: "opened" }, ["opened"]],
  [{ type: "log", level: "WARNING", message: "a\nb" }, [
    "log WARNING      a",
    "                 b",
  ]],
  [
    { type: "materialization", assetKey: "a", dataVersion: "v1", metadata: recorded({ n: 1 }) },
    ["materialization  a, data version v1", "                 n:  int  1"],
  ],
  [
    { type: "check", assetKey: "a", checkName: "c", passed: false, severity: "WARN", metadata: {} },
    ["check            c of a: failed (WARN)"],
  ],
  [
    { type: "check", assetKey: "a", checkName: "c", passed: true, severity: "ERROR", metadata: {} },
    ["check            c of a: passed"],
  ],
  [{ type: "custom", payload: { a: 2n ** 70n } }, [
    'custom message   {"a":1180591620717411303424}',
  ]],
  [{ type: "external", stream: "stderr", text: "psql\n" }, ["sent stderr      psql"]],
  [{ type: "stdout", text: "a\n\nb\n" }, [
    "stdout           a",
    "",
    "                 b",
  ]],
  [{ type: "closed" }, ["closed"]],
  [
    {
      type: "closed",
      exception: {
        message: "RangeError: boom",
        stack: ["    at a.ts:1\n"],
        name: "RangeError",
        cause: { message: "inner", stack: [], name: "Error", cause: null, context: null },
        context: null,
      },
    },
    ["closed           with an exception"],
  ],
  [
    {
      type: "problem",
      severity: "warning",
      code: "not_closed",
      message: "The session was not closed",
    },
    ["warning          The session was not closed (not_closed)"],
  ],
  [
    {
      type: "problem",
      severity: "failure",
      code: "missing_check",
      message: "Check c has no result",
    },
    ["failure          Check c has no result (missing_check)"],
  ],
  [
    { type: "end", ok: true, code: 0, signal: null, durationMs: 1234 },
    ["end              Dagster would report success: exit code 0, after 1.2 s"],
  ],
  [
    { type: "end", ok: false, code: null, signal: "SIGKILL", durationMs: 90 },
    ["end              Dagster would report failure: signal SIGKILL, after 0.1 s"],
  ],
];

for (const [event, lines] of EVENTS) {
  Deno.test(`an event of type ${event.type} is shown as ${lines[0]}`, () => {
    assertEquals(eventLines(event, false), lines);
    const colored = eventLines(event, true);
    // deno-lint-ignore no-control-regex
    assertEquals(colored.map((line) => line.replace(/\x1b\[\d+m/g, "").trimEnd()), lines);
    assertEquals(colored[0]?.includes("\x1b["), true);
  });
}

Deno.test("control characters are shown, and do not reach a terminal", () => {
  const escape = "\x1b]0;title\x07\x9b31m\x7f\b\r\u202efirst\tsecond";
  const shown = "\\u001b]0;title\\u0007\\u009b31m\\u007f\\u0008\\u000d\\u202efirst";
  const recordedKey = recorded({ [`key ${escape}`]: `text ${escape}`, list: { [escape]: escape } });
  const table = recorded({ table: MetadataValue.table([{ [escape]: escape }]) });
  const exception = {
    message: `${escape}!`,
    stack: [escape],
    name: null,
    cause: null,
    context: null,
  };
  const events: readonly RunEventContent[] = [
    { type: "start", schema: 1, command: [escape] },
    { type: "log", level: "INFO", message: escape },
    { type: "materialization", assetKey: escape, dataVersion: escape, metadata: recordedKey },
    {
      type: "check",
      assetKey: escape,
      checkName: escape,
      passed: true,
      severity: "WARN",
      metadata: table,
    },
    { type: "custom", payload: { [escape]: escape } },
    { type: "external", stream: "stdout", text: escape },
    { type: "stderr", text: escape },
    { type: "closed", exception: { ...exception, cause: exception } },
    { type: "problem", severity: "failure", code: "process_failed", message: `code 1: ${escape}` },
  ];
  const view = new EventView(false);
  for (const event of events) {
    // The exception is shown with the problem.
    const text = view.linesOf(event).join("\n");
    const controls = text.match(/[\p{Cc}\u202e]/gu) ?? [];
    assertEquals(controls.filter((control) => !"\n\t".includes(control)), []);
    if (!["custom", "closed"].includes(event.type)) assertStringIncludes(text, shown);
    const json = printable(exactJson(event));
    assertEquals(json.match(/[\p{Cc}\u202e]/gu), null);
    assertEquals(printable(exactJson(JSON.parse(json))), json);
  }
  assertEquals(eventLines({ type: "stdout", text: "a\r\nb\tc\r\n" }, false), [
    "stdout           a",
    "                 b\tc",
  ]);
});

Deno.test("an event of JSON loses no number", () => {
  const payload = { big: 2n ** 70n, odd: [NaN, -Infinity, -0], text: "a\nb" };
  assertEquals(
    exactJson({ type: "custom", payload }),
    '{"type":"custom",' +
      '"payload":{"big":1180591620717411303424,"odd":["NaN","-Infinity",-0.0],"text":"a\\nb"}}',
  );
});
