import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { show } from "./held.ts";
import { Judge } from "./judge.ts";

function message(method: string, params: string): string {
  return `{"__dagster_pipes_version":"0.1","method":"${method}","params":${params}}\n`;
}

function materialization(raw: string, type: string): string {
  const metadata = `{"value":{"raw_value":${raw},"type":"${type}"}}`;
  return message(
    "report_asset_materialization",
    `{"asset_key":"a/b","data_version":null,"metadata":${metadata}}`,
  );
}

Deno.test("the judge tells what Dagster holds after each line", async (t) => {
  const judge = await Judge.start();

  await t.step(
    "a whole number declared float is refused, and 3.0 is held as 3.0",
    async () => {
      const refused = await judge.line(materialization("3", "float"));
      assertEquals([refused.taken, refused.held], [false, []]);
      assertStringIncludes(refused.error ?? "", "is not a float");
      const { taken, held: [held] } = await judge.line(materialization("3.0", "float"));
      assert(taken && held?.kind === "materialization");
      assertEquals(held.assetKey, ["a", "b"]);
      assertEquals(
        show(held.metadata.value?.tree ?? { py: "None" }),
        "FloatMetadataValue(value=3.0)",
      );
    },
  );

  await t.step(
    "integers keep every digit, and NaN comes back from storage",
    async () => {
      const digits = "1" + "0".repeat(40);
      const answers = await Promise.all([
        judge.line(materialization(digits, "int")),
        judge.line(materialization("NaN", "float")),
      ]);
      const values = answers.map(({ held: [held] }) =>
        held?.kind === "materialization" ? held.metadata.value : undefined
      );
      assertEquals(values.map((value) => value && show(value.tree)), [
        `IntMetadataValue(value=${digits})`,
        "FloatMetadataValue(value=nan)",
      ]);
      assertEquals(values.map((value) => [value?.stored, value?.unstorable]), [[
        undefined,
        undefined,
      ], [undefined, undefined]]);
    },
  );

  await t.step(
    "logs, checks, custom messages, streams and exceptions are told by kind",
    async () => {
      const exception = '{"message":"m","stack":["s\\n"],"name":"E","cause":null,"context":null}';
      const answers = await Promise.all([
        message("log", '{"message":"hi %s","level":"WARNING"}'),
        message(
          "report_asset_check",
          '{"asset_key":"a","check_name":"c","passed":true,"severity":"WARN","metadata":null}',
        ),
        message("report_custom_message", '{"payload":[1,1.0]}'),
        message("log_external_stream", '{"stream":"stdout","text":"ä\\n","extras":{}}'),
        message("closed", `{"exception":${exception}}`),
      ].map((line) => judge.line(line)));
      assertEquals(
        answers.map(({ taken, held }) => [taken, held.map((item) => item.kind)]),
        [
          [true, ["log"]],
          [true, ["check"]],
          [true, ["custom"]],
          [true, ["stream"]],
          [true, ["event"]],
        ],
      );
      const custom = answers[2]?.held[0];
      assert(custom?.kind === "custom");
      assertEquals(show(custom.payload), "[1, 1.0]");
    },
  );

  await t.step(
    "a session that is closed warns of more, and a reset forgets it",
    async () => {
      const log = message("log", '{"message":"late","level":"INFO"}');
      assertEquals((await judge.line(log)).held.map((item) => item.kind), ["log", "log"]);
      await judge.reset();
      const after = await judge.line(log);
      assertEquals([
        after.held.map((item) => item.kind),
        after.opened,
        after.closed,
      ], [["log"], 0, 0]);
    },
  );

  await t.step(
    "what no reader survives is refused, and the judge lives on",
    async () => {
      const lines = [
        "\n",
        "{\n",
        "[]\n",
        message("no_such_method", "{}"),
        new Uint8Array([0x22, 0xff, 0x22, 0x0a]),
      ];
      const verdicts = await Promise.all(lines.map((line) => judge.line(line)));
      assertEquals(verdicts.map((verdict) => verdict.taken), [false, false, false, false, false]);
      assertEquals((await judge.line(message("opened", '{"extras":{}}'))).opened, 1);
    },
  );

  await t.step("a lone surrogate that was taken is pointed out", async () => {
    assertEquals((await judge.line(materialization('"\\ud800"', "text"))).wellFormed, false);
    assertEquals((await judge.line(materialization('"\\ud83d\\ude00"', "text"))).wellFormed, true);
  });

  await judge.close();
});
