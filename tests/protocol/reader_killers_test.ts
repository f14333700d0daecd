/**
 * A line that Dagster's reader cannot take ends it, and every later message is lost while the step
 * succeeds. Here each kind of such a line is tried to be written: the message arrives as Dagster
 * takes it, or the call throws and nothing is written.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError, type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";
import { exceptionFrom } from "../../src/protocol/exception.ts";
import { closedLine } from "../../src/protocol/reports.ts";
import type { WireException } from "../../src/protocol/types.ts";
import { memorySession } from "../kit/memory_session.ts";
import { nested } from "../json/value_table.ts";

type Call = (pipes: PipesContext) => void;

/** A call with arguments that the compiler would not let pass. */
function calling(method: keyof PipesContext, ...args: unknown[]): Call {
  return (pipes) => Reflect.apply(pipes[method] as () => void, pipes, args);
}

function reporting(metadata: unknown): Call {
  return calling("reportAssetMaterialization", { metadata });
}

function typed(rawValue: unknown, type: string): Call {
  return reporting({ v: { rawValue, type } });
}

/** The one line that a call writes in a session. */
async function written(call: Call): Promise<string> {
  const { options, lines } = memorySession();
  await withDagsterPipes(options, call);
  assertEquals(lines.length, 3, "one message between opened and closed");
  const [, line] = lines;
  assert(
    line !== undefined && !line.includes("\n") && line.isWellFormed() && !/\\ud[89a-f]/.test(line),
  );
  return line;
}

async function assertRefused(...calls: Call[]): Promise<void> {
  const { options, lines } = memorySession();
  await withDagsterPipes(options, (pipes) => {
    for (const call of calls) {
      assertThrows(() => call(pipes), DagsterPipesError);
      assertEquals(lines.length, 1, "nothing is written but opened");
    }
    pipes.reportAssetMaterialization({ metadata: { v: 1 } });
  });
  assertEquals(lines.length, 3, "the asset could be reported afterwards");
}

async function assertArrives(call: Call, part: string): Promise<void> {
  const line = await written(call);
  assert(line.includes(part), line.slice(0, 500));
}

Deno.test("a whole number declared float arrives with a point", async () => {
  await assertArrives(typed(3, "float"), '{"raw_value":3.0,"type":"float"}');
  await assertArrives(typed(-0, "float"), '{"raw_value":-0.0,"type":"float"}');
});

Deno.test("a whole number declared int arrives without a point or an exponent, any other is refused", async () => {
  await assertArrives(typed(3.0, "int"), '{"raw_value":3,"type":"int"}');
  await assertArrives(typed(1e21, "int"), '{"raw_value":1000000000000000000000,"type":"int"}');
  await assertRefused(typed(3.5, "int"), typed(NaN, "int"), typed("3", "int"));
});

Deno.test("an int of 30 digits arrives exact", async () => {
  await assertArrives(
    typed(123456789012345678901234567890n, "int"),
    '{"raw_value":123456789012345678901234567890,"type":"int"}',
  );
});

Deno.test("NaN and the infinities declared float arrive as bare tokens", async () => {
  await assertArrives(typed(NaN, "float"), '{"raw_value":NaN,"type":"float"}');
  await assertArrives(typed(-Infinity, "float"), '{"raw_value":-Infinity,"type":"float"}');
  await assertRefused(typed(null, "float"));
});

Deno.test("a whole number without a type is an int, a fraction a float", async () => {
  await assertArrives(reporting({ v: 3 }), '{"raw_value":3,"type":"__infer__"}');
  await assertArrives(reporting({ v: 3.5 }), '{"raw_value":3.5,"type":"__infer__"}');
});

Deno.test("json that is a number or a boolean is refused, a string arrives", async () => {
  await assertRefused(...[1, true].map((value) => typed(value, "json")));
  await assertArrives(typed("a", "json"), '{"raw_value":"a","type":"json"}');
  await assertArrives(typed(null, "json"), '{"raw_value":null,"type":"json"}');
});

Deno.test("a timestamp that is an ISO string is refused, a Date arrives as seconds", async () => {
  await assertRefused(typed("2026-01-01T00:00:00Z", "timestamp"));
  await assertArrives(typed(new Date(1500), "timestamp"), '{"raw_value":1.5,"type":"timestamp"}');
});

Deno.test("a table without a schema is refused", async () => {
  await assertRefused(typed({ records: [] }, "table"), typed([{ a: 1 }], "table"));
});

Deno.test("a table with a cell that is an array or an object is refused", async () => {
  for (const a of [[1], { b: 1 }]) {
    await assertRefused(typed({ records: [{ a }], schema: [] }, "table"));
  }
});

Deno.test("a table whose records have keys that are none of its columns is refused", async () => {
  const schema = [{ name: "a", type: "int" }];
  await assertRefused(typed({ records: [{ a: 1 }, { a: 1, b: 2 }], schema }, "table"));
});

Deno.test("text, url, path, notebook, md, dagster_run, asset and bool of another kind are refused", async () => {
  for (const type of ["text", "url", "path", "notebook", "md", "dagster_run", "asset"]) {
    await assertRefused(...[1, null, true, ["a"], { a: 1 }].map((value) => typed(value, type)));
  }
  await assertRefused(...[1, "true", null].map((value) => typed(value, "bool")));
});

Deno.test("a column whose description, type, name, tags or constraints Dagster would not take is refused", async () => {
  const columns = [
    { name: 1 },
    { name: "a", type: 1 },
    { name: "a", description: 1 },
    { name: "a", tags: { x: 1 } },
    { name: "a", constraints: { maximum: 1 } },
    { name: "a", constraints: { nullable: "no" } },
    { name: "a", constraints: { other: [1] } },
  ];
  for (const column of columns) {
    await assertRefused(
      typed({ columns: [column] }, "table_schema"),
      typed({ records: [], schema: [column] }, "table"),
    );
  }
});

Deno.test("a table schema arrives under columns", async () => {
  await assertArrives(
    typed({ columns: [{ name: "a" }] }, "table_schema"),
    '{"raw_value":{"columns":[{"name":"a","type":"string"}]}',
  );
});

Deno.test("an asset key in a lineage arrives as the list of its parts", async () => {
  const lineage = { deps_by_column: { c: [{ asset_key: "a/b", column_name: "x" }] } };
  await assertArrives(
    typed(lineage, "table_column_lineage"),
    '{"deps_by_column":{"c":[{"asset_key":["a","b"],"column_name":"x"}]}}',
  );
});

Deno.test("an asset with a slash inside a part of its key is refused", async () => {
  await assertRefused(typed("a\\/b", "asset"));
});

Deno.test("an integer of more than 4300 digits is refused anywhere", async () => {
  const big = 10n ** 4300n;
  await assertRefused(
    reporting({ v: big }),
    typed(big, "int"),
    reporting({ v: [{ deep: -big }] }),
    typed({ records: [{ a: big }], schema: [] }, "table"),
    calling("reportCustomMessage", big),
    calling("logExternalStream", "stdout", "x", { big }),
  );
  await assertArrives(typed(big - 1n, "int"), "9".repeat(4300));
});

Deno.test("nesting deeper than Python can read is refused anywhere", async () => {
  const deep = nested(1000);
  await assertRefused(
    reporting({ v: deep }),
    typed(deep, "json"),
    calling("reportCustomMessage", deep),
    calling("logExternalStream", "stdout", "x", { deep }),
  );
});

Deno.test("a chain of causes arrives shortened", () => {
  let error = new Error("first");
  for (let i = 0; i < 5000; i++) error = new Error("x", { cause: error });
  const depth = closedLine(exceptionFrom(error)).split('"cause":{').length;
  assertEquals(depth, 50);
});

Deno.test("a timestamp that is not finite, or no number, is refused", async () => {
  await assertRefused(
    ...[Infinity, NaN, 10n ** 400n, new Date(NaN)].map((value) => typed(value, "timestamp")),
  );
});

Deno.test("a type of metadata that Dagster does not know is refused", async () => {
  await assertRefused(
    ...["string", "number", "TEXT", "", null, 1].map((type) =>
      reporting({ v: { rawValue: "a", type } })
    ),
  );
});

Deno.test("metadata is always there, null where there is none", async () => {
  await assertArrives(calling("reportAssetMaterialization"), '"metadata":null');
  await assertArrives(
    calling("reportAssetCheck", { checkName: "c", passed: true }),
    '"metadata":null',
  );
});

Deno.test("a data version that is no string is refused", async () => {
  await assertRefused(
    ...[1, 1n, true, ["v"], {}].map((dataVersion) =>
      calling("reportAssetMaterialization", { dataVersion })
    ),
  );
});

Deno.test("each message has exactly its params", async () => {
  const params: [Call, string[]][] = [
    [calling("log", "x"), ["message", "level"]],
    [calling("reportAssetMaterialization"), ["asset_key", "data_version", "metadata"]],
    [calling("reportAssetCheck", { checkName: "c", passed: true }), [
      "asset_key",
      "check_name",
      "passed",
      "severity",
      "metadata",
    ]],
    [calling("reportCustomMessage", null), ["payload"]],
    [calling("logExternalStream", "stdout", "x"), ["stream", "text", "extras"]],
  ];
  for (const [call, keys] of params) {
    const message = JSON.parse(await written(call));
    assertEquals(Object.keys(message), ["__dagster_pipes_version", "method", "params"]);
    assertEquals(Object.keys(message.params), keys);
  }
  await assertRefused(
    calling("reportAssetMaterialization", { extra: 1 }),
    calling("reportAssetCheck", { checkName: "c", passed: true, extra: 1 }),
  );
});

Deno.test("a level other than the five is refused", async () => {
  await assertRefused(
    ...["TRACE", "warn", "", 10, null, ["INFO"]].map((level) => calling("log", "x", level)),
  );
  await assertArrives(calling("log", "x", "warning"), '"level":"WARNING"');
});

Deno.test("a severity other than WARN and ERROR is refused", async () => {
  await assertRefused(
    ...["warn", "error", "INFO", "", null, 1].map((severity) =>
      calling("reportAssetCheck", { checkName: "c", passed: false, severity })
    ),
  );
});

Deno.test("a check name that is no string, or a result that is no boolean, is refused", async () => {
  await assertRefused(
    ...[1, null, undefined, 1n, Symbol("s"), {}].map((checkName) =>
      calling("reportAssetCheck", { checkName, passed: true })
    ),
    ...[1, "true", null, undefined].map((passed) =>
      calling("reportAssetCheck", { checkName: "c", passed })
    ),
  );
});

Deno.test("a stream other than stdout and stderr is refused", async () => {
  await assertRefused(
    ...["stdin", "STDOUT", 1, null, ["stdout"]].map((stream) =>
      calling("logExternalStream", stream, "x")
    ),
  );
});

Deno.test("line ends inside strings do not end the line", async () => {
  const text = "a\nb\r\nc\u2028d\0";
  const line = await written(calling("log", text));
  assertEquals(JSON.parse(line).params.message, text);
});

Deno.test("lone surrogates are replaced, in the text of a stream and everywhere else", async () => {
  await assertArrives(calling("logExternalStream", "stdout", "a\ud800b"), '"text":"a\\ufffdb"');
  await assertArrives(calling("log", "\udc00"), '"message":"\\ufffd"');
  await assertArrives(reporting({ "k\ud800": "v\ud800" }), '{"k\\ufffd":{"raw_value":"v\\ufffd"');
  await assertArrives(
    calling("reportCustomMessage", { "k\ud800": ["v\ud800"] }),
    '{"k\\ufffd":["v\\ufffd"]}',
  );
  await assertArrives(
    calling("reportAssetMaterialization", { dataVersion: "v\ud800" }),
    '"data_version":"v\\ufffd"',
  );
  await assertArrives(
    calling("reportAssetCheck", { checkName: "c\ud800", passed: true }),
    '"check_name":"c\\ufffd"',
  );
});

Deno.test("an exception has its context and its cause at every depth", () => {
  const thrown = new AggregateError([new Error("b", { cause: "c" })], "a", {
    cause: new Error("d"),
  });
  const check = (exception: WireException | null): number => {
    if (exception === null) return 0;
    assertEquals(Object.keys(exception), ["message", "stack", "name", "cause", "context"]);
    return 1 + check(exception.cause) + check(exception.context);
  };
  assertEquals(
    check(JSON.parse(closedLine(exceptionFrom(thrown))).params.exception),
    4,
  );
});

Deno.test("nothing is written after closed", async () => {
  const { options, lines } = memorySession();
  const pipes = await withDagsterPipes(options, (pipes) => pipes);
  for (const call of [calling("log", "x"), reporting({}), calling("reportCustomMessage", 1)]) {
    assertEquals(assertThrows(() => call(pipes), DagsterPipesError).code, "session_closed");
  }
  assertEquals(lines.length, 2);
});

Deno.test("a second materialization of an asset is refused", async () => {
  const { options, lines } = memorySession({ asset_keys: ["a", "b"] });
  await withDagsterPipes(options, (pipes) => {
    pipes.reportAssetMaterialization({ assetKey: "a" });
    for (const assetKey of ["a", ["a"]]) {
      assertEquals(
        assertThrows(() => pipes.reportAssetMaterialization({ assetKey }), DagsterPipesError).code,
        "already_reported",
      );
    }
    pipes.reportAssetMaterialization({ assetKey: "b" });
  });
  assertEquals(lines.length, 4);
});

Deno.test("an asset that the step does not have is refused", async () => {
  await assertRefused(
    calling("reportAssetMaterialization", { assetKey: "b" }),
    calling("reportAssetMaterialization", { assetKey: ["a", "b"] }),
    calling("reportAssetCheck", { assetKey: "b", checkName: "c", passed: true }),
    ...["", "a/", [], [""], 1, { a: 1 }, "a\\"].map((assetKey) =>
      calling("reportAssetMaterialization", { assetKey })
    ),
  );
});

Deno.test("a second result of one check of one asset is refused", async () => {
  const { options, lines } = memorySession({ asset_keys: ["a", "b"] });
  await withDagsterPipes(options, (pipes) => {
    const check = (assetKey: string, checkName: string) =>
      pipes.reportAssetCheck({ assetKey, checkName, passed: true });
    check("a", "c");
    assertEquals(assertThrows(() => check("a", "c"), DagsterPipesError).code, "already_reported");
    check("a", "d");
    check("b", "c");
  });
  assertEquals(lines.length, 5);
});
