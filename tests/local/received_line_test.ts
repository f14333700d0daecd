import { assert, assertEquals } from "@std/assert";
import { exceptionFrom } from "../../src/protocol/exception.ts";
import { logLine, openedLine } from "../../src/protocol/messages.ts";
import { closedLine, streamLine } from "../../src/protocol/reports.ts";
import { readReceivedLine } from "../../src/local/received/received_line.ts";
import {
  causes,
  GOOD,
  HARMFUL,
  KILLING,
  message,
  metadata,
  nested,
  type Refused,
} from "./received_examples.ts";

function assertRefused(refused: readonly Refused[]): void {
  for (const [line, problem] of refused) {
    const read = readReceivedLine(line);
    assert("problem" in read, `taken: ${line.slice(0, 200)}`);
    assertEquals(read.problem.slice(0, problem.length), problem, line.slice(0, 200));
  }
}

Deno.test("a line that Dagster's reader takes is a message", () => {
  for (const line of GOOD) {
    const read = readReceivedLine(line);
    assert("method" in read, `${Deno.inspect(read)} of ${line.slice(0, 200)}`);
  }
});

Deno.test("a line that ends Dagster's reader is refused, by its fault and where it is", () => {
  assertRefused(KILLING);
});

Deno.test("a line that Dagster's reader takes to the harm of others is refused", () => {
  assertRefused(HARMFUL);
});

/** The method and the params of a line that is a message. */
function messageOf(line: string): unknown {
  const read = readReceivedLine(line);
  assert("method" in read, Deno.inspect(read));
  return { method: read.method, params: read.params };
}

Deno.test("what this library writes is read back", () => {
  assertEquals(messageOf(openedLine()), { method: "opened", params: { extras: {} } });
  assertEquals(messageOf(closedLine()), { method: "closed", params: {} });
  assertEquals(messageOf(logLine("m\n\u2028", "INFO")), {
    method: "log",
    params: { message: "m\n\u2028", level: "INFO" },
  });
  assertEquals(messageOf(streamLine("stderr", "t")), {
    method: "log_external_stream",
    params: { stream: "stderr", text: "t", extras: {} },
  });
  const exception = exceptionFrom(new Error("a", { cause: new TypeError("b") }));
  assertEquals(messageOf(closedLine(exception)), { method: "closed", params: { exception } });
});

Deno.test("integers are distinguished from floats, as in Python", () => {
  assertEquals(messageOf(message("report_custom_message", '{"payload":[3,3.0,1e2,-0]}')), {
    method: "report_custom_message",
    params: { payload: [3n, 3, 100, 0n] },
  });
});

Deno.test("params that are nothing are read as none", () => {
  for (const params of ["null", "[]", "0", '""']) {
    assertEquals(messageOf(message("closed", params)), { method: "closed", params: {} });
  }
});

Deno.test("a key that every object has is checked like any other", () => {
  for (const key of ["__proto__", "constructor", "prototype", "toString"]) {
    const report = (metadata: string) =>
      message(
        "report_asset_materialization",
        `{"asset_key":"a","data_version":null,"metadata":{"${key}":${metadata}}}`,
      );
    assertRefused([
      [report("1"), `metadata.${key}: must be an object, got`],
      [report('{"raw_value":1,"type":"text"}'), `metadata.${key}.raw_value: must be a string`],
      [message("log", `{"message":"x","${key}":1}`), `${key}: is unknown`],
      [
        metadata(`{"records":[{"${key}":[]}],"schema":[]}`, "table"),
        "metadata.v.raw_value.records[0]",
      ],
      [message(key, "{}"), 'method: must be "opened" or'],
      [metadata("1", key), "metadata.v.type: must be one of"],
    ]);
    const read = readReceivedLine(report('{"raw_value":1,"type":"int"}'));
    assert("event" in read && read.event.type === "materialization");
    assertEquals(Object.entries(read.event.metadata), [[key, { type: "int", rawValue: 1 }]]);
  }
});

Deno.test("bytes that are not UTF-8 are refused", () => {
  assertEquals(readReceivedLine(new Uint8Array([0x7b, 0xff])), {
    problem: "the line is not UTF-8 text",
  });
  const bytes = new TextEncoder().encode(logLine("ä", "INFO"));
  assert("event" in readReceivedLine(bytes));
});

Deno.test("a line is taken as deep as Python surely reads it, and metadata as Dagster stores it", () => {
  const payload = (levels: number) =>
    message("report_custom_message", `{"payload":${nested(levels - 2)}}`);
  const stored = (levels: number) => metadata(nested(levels), "json");
  assert("method" in readReceivedLine(payload(800)));
  assert("problem" in readReceivedLine(payload(802)));
  assert("method" in readReceivedLine(stored(400)));
  assert("problem" in readReceivedLine(stored(401)));
  assert("method" in readReceivedLine(causes(399)));
  assert("problem" in readReceivedLine(causes(400)));
});

Deno.test("what is said of a line has an end", () => {
  const lines = [
    metadata(`{"records":[{"${"k".repeat(100_000)}":[]}],"schema":[]}`, "table"),
    metadata(`"${"s".repeat(100_000)}"`, "int"),
    metadata("1".repeat(4000), "text"),
    metadata(nested(700), "json"),
  ];
  for (const line of lines) {
    const read = readReceivedLine(line);
    assert("problem" in read && read.problem.length <= 501, Deno.inspect(read));
  }
});
