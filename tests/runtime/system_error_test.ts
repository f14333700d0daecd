import { assertEquals, assertStrictEquals } from "@std/assert";
import { DagsterPipesError } from "../../src/errors.ts";
import { systemErrorCode, toPipesError } from "../../src/runtime/system_error.ts";

Deno.test("the code of an error is the system's, or nothing", () => {
  assertEquals(systemErrorCode(Object.assign(new Error("x"), { code: "ENOENT" })), "ENOENT");
  for (
    const error of [
      new Error("x"),
      Object.assign(new Error("x"), { code: 5 }),
      "ENOENT",
      null,
      undefined,
    ]
  ) {
    assertEquals(systemErrorCode(error), "");
  }
});

Deno.test("an error says what was tried, what the runtime said, and what to do", () => {
  const cause = Object.assign(new Error("EISDIR: illegal operation"), { code: "EISDIR" });
  const error = toPipesError("messages_unavailable", 'Cannot open "x"', cause);
  assertEquals(
    error.message,
    'Cannot open "x": EISDIR: illegal operation. It is a directory, and must be a file',
  );
  assertEquals([error.code, error.cause, error.name], [
    "messages_unavailable",
    cause,
    "DagsterPipesError",
  ]);
});

Deno.test("an error without a known code has no advice", () => {
  assertEquals(
    toPipesError("context_unavailable", "Cannot read", new Error("odd")).message,
    "Cannot read: odd",
  );
  assertEquals(
    toPipesError("context_unavailable", "Cannot read", "text").message,
    "Cannot read: text",
  );
});

Deno.test("an error of the package stays as it is", () => {
  const error = new DagsterPipesError("permission_denied", "add --allow-read");
  assertStrictEquals(toPipesError("context_unavailable", "Cannot read", error), error);
});
