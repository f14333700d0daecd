import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launchWell } from "../kit/launch.ts";
import { assertOneSession, exact, type Message, methodsOf, parseMessage } from "../kit/messages.ts";
import { METADATA } from "./metadata_wire.ts";

interface Session {
  readonly result: unknown;
  readonly lines: string[];
}

interface Thrown {
  readonly name: string;
  readonly message: string;
}

const LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

/** For each refused call, what its error names: the path of the bad value, or the argument. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  intFraction: /metadata\.m.*int/,
  intText: /metadata\.m.*int/,
  floatText: /metadata\.m.*float/,
  jsonScalar: /metadata\.m.*json/,
  jsonNaN: /metadata\.m\.a\[0\].*NaN/,
  textNumber: /metadata\.m.*text/,
  timestampText: /metadata\.m.*timestamp/,
  tableCell: /metadata\.m\.records\[0\]\.a.*array/,
  tableFields: /metadata\.m\.records\[1\].*"b".*columns: a/,
  unknownType: /metadata\.m.*wrong/,
  undefinedValue: /metadata\.m\.a.*undefined/,
  functionValue: /metadata\.m\.a.*function/,
  circular: /payload\.self.*circular/,
  level: /level.*LOUD/,
  severity: /severity.*warn/,
  passed: /passed.*yes/,
  dataVersion: /dataVersion.*1/,
  stream: /stream.*stdin/,
  unknownAsset: /nobody's/,
};

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: every log and report is on the wire exactly as Dagster takes it, or refused`, async (t) => {
    const outcome = await launchWell(runtime, "reports.ts");
    const sessions = JSON.parse(outcome.stdout) as Record<string, Session>;
    const of = (name: string): { messages: Message[]; result: unknown } => {
      const { lines, result } = sessions[name] ?? { lines: [], result: null };
      const messages = lines.map(parseMessage);
      assertOneSession(messages);
      return { messages: messages.slice(1, -1), result };
    };

    await t.step(
      "each level is taken in any case, and INFO is the default",
      () => {
        const logs = of("logs").messages.map(({ params }) => params);
        for (const params of logs) {
          assertEquals(Object.keys(params), ["message", "level"]);
        }
        assertEquals(
          logs.slice(0, 17).map(({ level }) => level),
          ["INFO", ...LEVELS, ...LEVELS, "WARNING", ...LEVELS],
        );
      },
    );
    await t.step("an error's stack and causes follow the message", () => {
      const [broke, odd] = of("logs").messages.slice(17).map(({ params }) => params);
      assertEquals([broke?.level, odd?.level], ["ERROR", "WARNING"]);
      assertMatch(
        String(broke?.message),
        /^it broke\nouter\n(.*\n)*.*reports\.ts(.*\n)*.*TypeError: inner\n/,
      );
      assertMatch(String(odd?.message), /^odd\n.*just text/);
    });
    await t.step(
      "any text stays on one line and arrives whole, made well-formed",
      () => {
        const params = of("logs").messages.at(-1)?.params;
        assertEquals(
          params?.message,
          't\u00e4b\t, quote ", backslash \\, newline \n, \u{1F600}, \u2028, nul \0 and half \ufffd pair',
        );
      },
    );
    await t.step("each type of metadata has its exact wire text", () => {
      const params = of("metadata").messages[0]?.params;
      const metadata = params?.metadata as Record<string, unknown>;
      for (const [label, expected] of Object.entries(METADATA)) {
        assertEquals(metadata[label], exact(expected), label);
      }
      assertEquals(Object.keys(metadata), Object.keys(METADATA));
    });
    await t.step("what is left out has its default on the wire", () => {
      const { messages } = of("defaults");
      const [materialization, check, custom, stream] = messages.map(({ params }) => params);
      assertEmpty(materialization?.metadata);
      assertEmpty(check?.metadata);
      assertEquals({ ...materialization, metadata: null }, {
        asset_key: "orders",
        data_version: null,
        metadata: null,
      });
      assertEquals({ ...check, metadata: null }, {
        asset_key: "orders",
        check_name: "whole",
        passed: true,
        severity: "ERROR",
        metadata: null,
      });
      assertEquals(custom, { payload: null });
      assertEquals(stream, { stream: "stdout", text: "text\n", extras: {} });
    });
    await t.step("what is given stands on the wire", () => {
      const n = { n: { raw_value: "#1", type: "__infer__" } };
      const [materialization, check, custom, stream] = of("given").messages.map(
        ({ params }) => params,
      );
      assertEquals(materialization, { asset_key: "orders", data_version: "v7", metadata: n });
      assertEquals(check, {
        asset_key: "orders",
        check_name: "w",
        passed: false,
        severity: "WARN",
        metadata: n,
      });
      const { list, nested } = custom?.payload as {
        list: unknown[];
        nested: unknown;
      };
      assertEquals(list.slice(0, 3), ["#1", "#2.5", "#1180591620717411303424"]);
      assertMatch(String(list[3]), /^#-?0(\.0)?$/);
      assertEquals([list.slice(4), nested], [[null, "x"], { a: {} }]);
      assertEquals(stream, { stream: "stderr", text: "text", extras: { line: "#1" } });
    });
    await t.step(
      "an asset may be named by its escaped string or by its parts",
      () => {
        const { messages, result } = of("several assets");
        assertEquals(messages.map(({ params }) => params.asset_key), ["a/b", "c\\\\d", "e\\/f"]);
        assertPipesError(result, /assetKey/);
      },
    );
    for (const step of ["op", "check step"]) {
      await t.step(
        `a step without assets (${step}) must name one, and may name any`,
        () => {
          const { messages, result } = of(step);
          assertEquals(messages.map(({ params }) => params.asset_key), ["any/thing", "any/thing"]);
          for (const error of Object.values(result as object)) assertPipesError(error, /assetKey/);
        },
      );
    }
    await t.step(
      "what Dagster could not take throws before anything is written, and may be put right",
      () => {
        const { messages, result } = of("refused");
        assertEquals(Object.keys(result as object), Object.keys(REFUSED));
        for (const [name, error] of Object.entries(result as object)) {
          assertPipesError(error, REFUSED[name] ?? /./, name);
        }
        assertEquals(methodsOf(messages), ["report_asset_materialization"]);
        assertStringIncludes(JSON.stringify(messages), "refusals");
      },
    );
  });
}

/** Dagster takes `null` and `{}` for no metadata. */
function assertEmpty(metadata: unknown): void {
  assert(metadata === null || JSON.stringify(metadata) === "{}", JSON.stringify(metadata));
}

function assertPipesError(error: unknown, message: RegExp, what = ""): void {
  assert(error !== null, `${what} was taken`);
  assertEquals((error as Thrown).name, "DagsterPipesError", what);
  assertMatch((error as Thrown).message, message, what);
}
