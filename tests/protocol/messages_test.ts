import { assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError } from "../../src/errors.ts";
import { exceptionFrom } from "../../src/protocol/exception.ts";
import { logLine, openedLine } from "../../src/protocol/messages.ts";
import {
  checkLine,
  closedLine,
  copyExtras,
  customLine,
  materializationLine,
  streamLine,
} from "../../src/protocol/reports.ts";

function line(method: string, params: string): string {
  return `{"__dagster_pipes_version":"0.1","method":"${method}","params":${params}}`;
}

function openedLineWith(extras: unknown): string {
  return openedLine(copyExtras(extras));
}

/** A call with arguments that the compiler would not let pass. */
function refusal(fn: (...args: never[]) => string, ...args: unknown[]): string {
  const error = assertThrows(() => Reflect.apply(fn, null, args), DagsterPipesError);
  assertEquals(error.code, "invalid_value");
  return error.message;
}

Deno.test("each message is one line of exactly these keys", () => {
  assertEquals(openedLine(), line("opened", '{"extras":{}}'));
  assertEquals(openedLine(copyExtras({ a: 1n })), line("opened", '{"extras":{"a":1}}'));
  assertEquals(closedLine(), line("closed", "{}"));
  assertEquals(
    closedLine(exceptionFrom("x")),
    line(
      "closed",
      '{"exception":{"message":"x","stack":[],"name":null,"cause":null,"context":null}}',
    ),
  );
  assertEquals(logLine('a\n"b"', "INFO"), line("log", '{"message":"a\\n\\"b\\"","level":"INFO"}'));
  assertEquals(
    materializationLine("a/b", undefined, undefined),
    line("report_asset_materialization", '{"asset_key":"a/b","data_version":null,"metadata":null}'),
  );
  assertEquals(
    materializationLine("a", "v1", { n: 1 }),
    line(
      "report_asset_materialization",
      '{"asset_key":"a","data_version":"v1","metadata":{"n":{"raw_value":1,"type":"__infer__"}}}',
    ),
  );
  assertEquals(
    checkLine("a", "c", false, "WARN", {}),
    line(
      "report_asset_check",
      '{"asset_key":"a","check_name":"c","passed":false,"severity":"WARN","metadata":{}}',
    ),
  );
  assertEquals(
    customLine({ a: [null] }),
    line("report_custom_message", '{"payload":{"a":[null]}}'),
  );
  assertEquals(
    streamLine("stderr", "x\n"),
    line("log_external_stream", '{"stream":"stderr","text":"x\\n","extras":{}}'),
  );
});

Deno.test("the five levels are taken in any case", () => {
  for (const level of ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]) {
    const expected = line("log", `{"message":"m","level":"${level}"}`);
    for (const name of [level, level.toLowerCase(), `${level[0]}${level.slice(1).toLowerCase()}`]) {
      assertEquals(logLine("m", name), expected);
    }
  }
});

Deno.test("any other level is refused", () => {
  const levels: [unknown, string][] = [
    ["FATAL", 'the string "FATAL"'],
    ["warn", 'the string "warn"'],
    ["", 'the string ""'],
    [20, "the number 20"],
    [null, "null"],
    [["INFO"], "an array"],
    [Object.create(null), "an object"],
    [Symbol("INFO"), "a symbol"],
  ];
  for (const [level, kind] of levels) {
    assertEquals(
      refusal(logLine, "m", level),
      `level: must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL, got ${kind}`,
    );
  }
});

Deno.test("arguments of the wrong kind are refused by their names", () => {
  assertEquals(refusal(logLine, 5, "INFO"), "message: must be a string, got the number 5");
  assertEquals(refusal(logLine, undefined, "INFO"), "message: must be a string, got undefined");
  assertEquals(
    refusal(materializationLine, "a", 1, {}),
    "dataVersion: must be a string, got the number 1",
  );
  assertEquals(
    refusal(checkLine, "a", 1, true, "WARN", {}),
    "checkName: must be a string, got the number 1",
  );
  assertEquals(
    refusal(checkLine, "a", "c", "yes", "WARN", {}),
    'passed: must be true or false, got the string "yes"',
  );
  assertEquals(
    refusal(checkLine, "a", "c", true, "warn", {}),
    'severity: must be "WARN" or "ERROR", got the string "warn"',
  );
  assertEquals(
    refusal(streamLine, "stdin", "x"),
    'stream: must be "stdout" or "stderr", got the string "stdin"',
  );
  assertEquals(refusal(streamLine, "stdout", 1), "text: must be a string, got the number 1");
  assertEquals(refusal(openedLineWith, null), "extras: must be an object, got null");
  assertEquals(
    refusal(openedLineWith, new Map([["a", 1]])),
    "extras: must be an object, got a Map",
  );
  assertEquals(
    refusal(openedLineWith, { a: undefined }),
    "extras.a: must be a JSON value, got undefined: use null for a missing value",
  );
  assertEquals(
    refusal(openedLineWith, { a: NaN }),
    "extras.a: must be a finite number, got NaN: Dagster's UI cannot read it here",
  );
});

Deno.test("a revoked proxy is refused wherever it stands", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  refusal(logLine, proxy, "INFO");
  refusal(logLine, "m", proxy);
  refusal(customLine, proxy);
  refusal(materializationLine, "a", proxy, {});
  refusal(materializationLine, "a", "v", proxy);
  refusal(openedLineWith, proxy);
});

Deno.test("lone surrogates are replaced in every string", () => {
  const bad = "a\ud800";
  const lines = [
    logLine(bad, "INFO"),
    materializationLine(bad, bad, { [bad]: bad }),
    checkLine(bad, bad, true, "WARN", {}),
    customLine({ [bad]: [bad] }),
    streamLine("stdout", bad, { [bad]: bad }),
    closedLine(exceptionFrom(bad)),
  ];
  for (const text of lines) {
    assertEquals(text.includes("\\ud800"), false);
    assertEquals(text.isWellFormed(), true);
  }
});
