import { assert, assertEquals } from "@std/assert";
import { exceptionFrom } from "../../src/protocol/exception.ts";
import { closedLine, logLine, openedLine, streamLine } from "../../src/protocol/framing.ts";
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

Deno.test("what this library writes is read back", () => {
  assertEquals(readReceivedLine(openedLine()), { method: "opened", params: { extras: {} } });
  assertEquals(readReceivedLine(closedLine()), { method: "closed", params: {} });
  assertEquals(readReceivedLine(logLine("m\n\u2028", "INFO")), {
    method: "log",
    params: { message: "m\n\u2028", level: "INFO" },
  });
  assertEquals(readReceivedLine(streamLine("stderr", "t")), {
    method: "log_external_stream",
    params: { stream: "stderr", text: "t", extras: {} },
  });
  const exception = exceptionFrom(new Error("a", { cause: new TypeError("b") }));
  assertEquals(readReceivedLine(closedLine(exception)), {
    method: "closed",
    params: { exception },
  });
});

Deno.test("integers are told from floats, as Python does", () => {
  assertEquals(readReceivedLine(message("report_custom_message", '{"payload":[3,3.0,1e2,-0]}')), {
    method: "report_custom_message",
    params: { payload: [3n, 3, 100, 0n] },
  });
});

Deno.test("params that are nothing are read as none", () => {
  for (const params of ["null", "[]", "0", '""']) {
    assertEquals(readReceivedLine(message("closed", params)), { method: "closed", params: {} });
  }
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
