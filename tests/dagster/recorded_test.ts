/**
 * Holds against Dagster's own message handler what this package reads of the same lines.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { asciiJson } from "../../src/json/write_json.ts";
import { MetadataValue } from "@dagsterpipes/pipes";
import { StepRecording } from "../../src/local/recording.ts";
import { wireMetadata } from "../../src/protocol/metadata/wire_metadata.ts";
import { plain } from "./held.ts";
import { Judge, type Verdict } from "./judge.ts";

function metadataText(metadata: unknown): string {
  return asciiJson(wireMetadata(metadata));
}

function message(method: string, params: string): string {
  return `{"__dagster_pipes_version":"0.1","method":"${method}","params":${params}}`;
}

function materialization(metadata: string): string {
  const params = `{"asset_key":"a/b","data_version":"v","metadata":${metadata}}`;
  return message("report_asset_materialization", params);
}

/** Values in the wire text of this package, and of Python's `json.dumps`. */
const VALUES: readonly string[] = [
  ...[
    "text",
    3,
    -0,
    1.5,
    1e21,
    NaN,
    2n ** 70n,
    true,
    null,
    [1, { a: "b" }],
    { a: [3] },
    new Date(2500),
    new URL("https://a.example"),
    MetadataValue.text("t"),
    MetadataValue.url("https://a.example"),
    MetadataValue.path("/p"),
    MetadataValue.notebook("n.ipynb"),
    MetadataValue.json({ a: 1 }),
    MetadataValue.md("# m"),
    MetadataValue.image("<svg/>"),
    MetadataValue.float(3),
    MetadataValue.int(3),
    MetadataValue.bool(false),
    MetadataValue.dagsterRun("r"),
    MetadataValue.asset("a/b"),
    MetadataValue.null(),
    MetadataValue.timestamp(3),
    MetadataValue.table([{ id: 1, price: 2 }]),
    MetadataValue.tableSchema([{ name: "id" }]),
    MetadataValue.tableColumnLineage({ c: [{ assetKey: "a/b", columnName: "x" }] }),
  ].map((value) => metadataText({ v: value })),
  '{"v": {"raw_value": 3.0, "type": "__infer__"}}',
  '{"v": {"raw_value": 3e0, "type": "__infer__"}}',
  '{"v": {"raw_value": 3, "type": "__infer__"}, "w": {"raw_value": 3.0, "type": "__infer__"}}',
  '{"v": {"raw_value": {"v": 3.0}, "type": "__infer__"}}',
  '{"v": {"raw_value": [NaN, 3.0], "type": "__infer__"}}',
  '{"\\"NaN": {"raw_value": NaN, "type": "float"}, "w": {"raw_value": 3.0, "type": "__infer__"}}',
];

/** The name of a type of metadata, from that of Dagster's class for it. */
function typeOf(name: string): string {
  const words = name.replace(/MetadataValue$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, "_")
    .toLowerCase();
  return { markdown: "md", dagster_asset: "asset" }[words] ?? words;
}

function recorded(line: string): StepRecording {
  const recording = new StepRecording({ assetKeys: null, checks: [] });
  recording.takeLine(line);
  return recording;
}

async function withJudge(fn: (judge: (line: string) => Promise<Verdict>) => Promise<void>) {
  const judge = await Judge.start();
  try {
    await fn((line) => judge.line(`${line}\n`));
  } finally {
    await judge.close();
  }
}

Deno.test("a value of metadata has the type that Dagster gives it", async () => {
  await withJudge(async (judge) => {
    for (const metadata of VALUES) {
      const line = materialization(metadata);
      const { held: [held], error } = await judge(line);
      assert(held?.kind === "materialization", `${metadata}: ${error}`);
      const types = Object.entries(held.metadata).map((
        [label, value],
      ) => [label, typeOf(value.class)]);
      const [own] = recorded(line).materializations;
      assertEquals(
        Object.entries(own?.metadata ?? {}).map(([label, { type }]) => [label, type]),
        types,
        metadata,
      );
      assertEquals([own?.assetKey, own?.dataVersion], ["a/b", "v"]);
    }
  });
});

Deno.test("every type of metadata is tried", () => {
  const types = VALUES.flatMap((metadata) => {
    const [own] = recorded(materialization(metadata)).materializations;
    return Object.values(own?.metadata ?? {}).map(({ type }) => type);
  });
  assertEquals(new Set(types).size, 16);
});

Deno.test("logs, checks, custom messages, streams and exceptions are read as Dagster reads them", async () => {
  const exception = '{"message":"m","stack":["s\\n"],"name":"E","cause":null,"context":null}';
  await withJudge(async (judge) => {
    for (const level of ["debug", "INFO", "Warning", "warn", "error", "critical", "fatal"]) {
      const line = message("log", `{"message":"hi %s","level":"${level}"}`);
      const { held: [held] } = await judge(line);
      assert(held?.kind === "log");
      const { kind: _, ...log } = held;
      assertEquals<unknown>(recorded(line).logs, [log]);
    }
    const check = message(
      "report_asset_check",
      '{"asset_key":"a","check_name":"c","passed":true,"severity":"WARN","metadata":null}',
    );
    const { held: [heldCheck] } = await judge(check);
    assert(heldCheck?.kind === "check");
    const [own] = recorded(check).checks;
    assertEquals<unknown>(
      [own?.assetKey, own?.checkName, own?.passed, own?.severity, own?.metadata],
      [heldCheck.assetKey.join(), heldCheck.checkName, heldCheck.passed, heldCheck.severity, {}],
    );
    const custom = message("report_custom_message", '{"payload":[1,{"a":null}]}');
    const { held: [heldCustom] } = await judge(custom);
    assert(heldCustom?.kind === "custom");
    assertEquals(recorded(custom).customMessages, [plain(heldCustom.payload)]);
    const stream = message("log_external_stream", '{"stream":"stderr","text":"ä\\n","extras":{}}');
    const { held: [heldStream] } = await judge(stream);
    assert(heldStream?.kind === "stream");
    const { stream: name, text } = heldStream;
    assertEquals(recorded(stream).externalStreams, [{ stream: name, text }]);
    const closed = message("closed", `{"exception":${exception}}`);
    const { held: [heldEvent] } = await judge(closed);
    assert(heldEvent?.kind === "event");
    assertEquals<unknown>(recorded(closed).closed?.exception, heldEvent.error);
  });
});
