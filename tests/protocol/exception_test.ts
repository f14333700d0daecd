import { assert, assertEquals, assertMatch } from "@std/assert";
import { exceptionFrom, formatException } from "../../src/protocol/exception.ts";
import { closedLine } from "../../src/protocol/reports.ts";
import type { WireException } from "../../src/protocol/types.ts";

/** The messages along the causes, or the contexts. */
function chain(exception: WireException, link: "cause" | "context"): string[] {
  const messages: string[] = [];
  for (let at: WireException | null = exception; at; at = at[link]) {
    messages.push(at.message);
  }
  return messages;
}

function count(exception: WireException | null): number {
  return exception === null ? 0 : 1 + count(exception.cause) + count(exception.context);
}

function bare(message: string): WireException {
  return { message, stack: [], name: null, cause: null, context: null };
}

class OrderError extends RangeError {
  override readonly name = "OrderError";
}

class Unnamed extends Error {}

Deno.test("an error has its name, its heading, and a stack that is one text of whole lines", () => {
  const { name, message, stack, cause, context } = exceptionFrom(new TypeError("no such order"));
  assertEquals([name, message, cause, context], [
    "TypeError",
    "TypeError: no such order",
    null,
    null,
  ]);
  assertEquals(stack.length, 1);
  assertMatch(stack[0]!, /^( +at .*\n)+$/);
});

Deno.test("the heading does not stand in the stack a second time, many lines or not", () => {
  const { message, stack } = exceptionFrom(new Error("first\n    at second\nthird"));
  assertEquals(message, "first\n    at second\nthird");
  assertEquals(stack.join("").includes("third"), false);
});

Deno.test("the frames are found where the message was changed after the error was made", () => {
  const error = new Error("before");
  error.message = "after";
  const { message, stack } = exceptionFrom(error);
  assertEquals(message, "after");
  assert(stack[0]!.startsWith("    at "), stack[0]);
});

Deno.test("an error of a class of the user's has the name that it says", () => {
  assertEquals(exceptionFrom(new OrderError("x")).name, "OrderError");
  assertEquals(exceptionFrom(new OrderError("x")).message, "OrderError: x");
  assertEquals(exceptionFrom(new Unnamed("x")).name, "Error");
});

Deno.test("an error without a message is told by its name alone", () => {
  assertEquals(exceptionFrom(new Error()).message, "Error");
});

Deno.test("an error without a stack has an empty one", () => {
  const error = new Error("x");
  Reflect.deleteProperty(error, "stack");
  assertEquals(exceptionFrom(error).stack, []);
});

Deno.test("what only looks like an error counts as one", () => {
  const { name, message, stack } = exceptionFrom({
    name: "Foreign",
    message: "m",
    stack: "Foreign: m\n    at x",
  });
  assertEquals([name, message, stack], ["Foreign", "Foreign: m", ["    at x\n"]]);
});

Deno.test("anything else that is thrown is told as text", () => {
  const cases: [unknown, string][] = [
    ["text", "text"],
    ["", ""],
    [undefined, "undefined"],
    [null, "null"],
    [0, "0"],
    [NaN, "NaN"],
    [5n, "5"],
    [false, "false"],
    [Symbol("s"), "Symbol(s)"],
    [{ code: 3 }, '{"code":3}'],
    [[1, "a"], '[1,"a"]'],
    [Math.max, "function max() { [native code] }"],
  ];
  for (const [thrown, message] of cases) {
    assertEquals(exceptionFrom(thrown), bare(message));
  }
});

Deno.test("what cannot even be turned into text is told all the same", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const hostile = {
    toJSON() {
      throw new Error("never");
    },
  };
  for (
    const [thrown, message] of [
      [proxy, "a thrown value that cannot be turned into text"],
      [circular, "an object"],
      [hostile, "an object"],
      [{ big: 1n }, '{"big":"1"}'],
    ] as const
  ) assertEquals(exceptionFrom(thrown), bare(message));
});

Deno.test("an error's own fields of a simple kind stand behind its message, objects and secrets do not", () => {
  const postgres = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (id)=(1) already exists.",
    retryable: false,
    password: "hunter2",
    accessToken: "abc",
    config: { headers: { Authorization: "Bearer abc" } },
    response: new Map([["a", "b"]]),
  });
  assertEquals(
    exceptionFrom(postgres).message,
    "duplicate key (code: 23505, detail: Key (id)=(1) already exists., retryable: false)",
  );
  assertEquals(formatException(postgres).includes("hunter2"), false);
});

Deno.test("no secret of a client library's error or of an address reaches Dagster", () => {
  const errors = [
    { CanonicalRequest: "x-amz-security-token:hunter2", code: "SignatureDoesNotMatch" },
    { path: "https://example.com/?token=hunter2", code: "ConnectionRefused" },
    { url: "https://example.com/?token=hunter2", status: 503 },
    { detail: "GET https://user:hunter2@example.com/a?key=hunter2#hunter2 failed" },
    { hint: "see amqp://user:hunter2@broker:5672/vhost" },
  ];
  for (const fields of errors) {
    const text = JSON.stringify(exceptionFrom(Object.assign(new Error("failed"), fields)));
    assertEquals(text.includes("hunter2"), false, text);
  }
  const { message } = exceptionFrom(Object.assign(new Error("failed"), errors[3]));
  assertEquals(message, "failed (detail: GET https://example.com/a failed)");
  const thrown = exceptionFrom({
    at: "https://a:hunter2@example.com/?b=hunter2",
    signature: "hunter2",
  });
  assertEquals(thrown.message, '{"at":"https://example.com/"}');
});

Deno.test("what is thrown and is no error says what it can, and no more", () => {
  class Money {
    readonly #cents = 5;
    toString(): string {
      return `${this.#cents} cents`;
    }
  }
  class Failure {
    readonly status = 401;
    readonly headers = { authorization: "Bearer abc" };
  }
  const response = Response.json({ secret: 1 }, { status: 503, statusText: "Unavailable" });
  Object.defineProperty(response, "url", { value: "https://user:pw@host/path?token=abc" });
  const cases: [unknown, string][] = [
    [response, "Response 503 Unavailable from https://host/path"],
    [new Money(), "5 cents"],
    [new Failure(), 'a Failure {"status":401}'],
    [{ headers: { authorization: "Bearer abc" }, status: 401 }, '{"status":401}'],
    [[{ input: "hunter2" }], "an array of 1"],
  ];
  for (const [thrown, message] of cases) assertEquals(exceptionFrom(thrown), bare(message));
  const several = exceptionFrom([new TypeError("a"), new RangeError("b")]);
  assertEquals(chain(several, "context"), ["an array of 2", "TypeError: a", "RangeError: b"]);
});

Deno.test("a message that is no string is shown as JSON", () => {
  const error = Object.defineProperty(new Error(), "message", { value: { reason: "odd" } });
  assertEquals(exceptionFrom(error).message, '{"reason":"odd"}');
});

Deno.test("an exception has at most 64 Ki characters of text", () => {
  const error = new Error("x".repeat(1_000_000), { cause: "y".repeat(1_000_000) });
  const { message, stack, cause } = exceptionFrom(error);
  assert(message.length + stack.join("").length < 65_536);
  assertMatch(message, /^x+… \(967232 characters are left out\)$/);
  assert(cause!.message.length < 33_000);
});

Deno.test("an error whose properties throw when read is told without them", () => {
  const error = new Error("x");
  for (const key of ["name", "message", "stack", "cause", "errors", "suppressed", "error"]) {
    Object.defineProperty(error, key, {
      get() {
        throw new RangeError(key);
      },
    });
  }
  assertEquals(exceptionFrom(error), { ...bare("Error"), name: "Error" });
});

Deno.test("an error whose list of errors cannot be looked at is told without it", () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  assertEquals(exceptionFrom(Object.assign(new Error("x"), { errors: proxy })).context, null);
});

Deno.test("properties of the wrong kind are passed over", () => {
  const error = Object.assign(new Error("x"), { name: 5, errors: "abc" });
  Object.defineProperty(error, "stack", { value: { not: "text" } });
  assertEquals(exceptionFrom(error), { ...bare("x"), name: "Error" });
});

Deno.test("causes are told in a chain, whatever they are", () => {
  const error = new Error("a", { cause: new TypeError("b", { cause: "c" }) });
  assertEquals(chain(exceptionFrom(error), "cause"), ["a", "TypeError: b", "c"]);
  for (const [cause, text] of [[0, "0"], ["", ""], [false, "false"]] as const) {
    assertEquals(chain(exceptionFrom(new Error("a", { cause })), "cause"), ["a", text]);
  }
});

Deno.test("an AggregateError strings its errors together by context, each with its own causes", () => {
  const error = new AggregateError([new Error("a", { cause: "why" }), "b", new Error("c")], "all");
  const exception = exceptionFrom(error);
  assertEquals(chain(exception, "context"), ["AggregateError: all", "a", "b", "c"]);
  assertEquals(exception.context?.cause?.message, "why");
});

Deno.test("an AggregateError inside another keeps all errors", () => {
  const inner = new AggregateError([new Error("a"), new Error("b")], "inner");
  const exception = exceptionFrom(new AggregateError([inner, new Error("c")], "outer"));
  assertEquals(chain(exception, "context"), [
    "AggregateError: outer",
    "AggregateError: inner",
    "a",
    "b",
    "c",
  ]);
});

Deno.test("a SuppressedError has the newer error as its cause and the suppressed one as its context", () => {
  const error = Object.assign(new Error("s"), {
    error: new Error("newer"),
    suppressed: new Error("older"),
  });
  error.name = "SuppressedError";
  const { cause, context } = exceptionFrom(error);
  assertEquals([cause?.message, context?.message], ["newer", "older"]);
});

Deno.test("a circle of causes ends with a note", () => {
  const error = new Error("a");
  error.cause = new Error("b", { cause: error });
  assertEquals(chain(exceptionFrom(error), "cause"), [
    "a",
    "b",
    "(this exception is already above: the causes form a circle)",
  ]);
});

Deno.test("a chain of more than 50 ends with a note, in causes and in errors", () => {
  let error = new Error("0");
  for (let i = 1; i < 200; i++) error = new Error(String(i), { cause: error });
  const wide = new AggregateError(
    Array.from({ length: 200 }, (_, i) => new Error(String(i))),
    "all",
  );
  for (const [thrown, link] of [[error, "cause"], [wide, "context"]] as const) {
    const exception = exceptionFrom(thrown);
    assertEquals(count(exception), 50);
    assertEquals(
      chain(exception, link).at(-1),
      "(further exceptions are left out: there are too many)",
    );
  }
});

Deno.test("the wire text has all five keys at every depth", () => {
  const text = closedLine(exceptionFrom(new Error("a\ud800", { cause: "b" })));
  assert(text.isWellFormed());
  const { cause, ...rest } = JSON.parse(text).params.exception;
  assertEquals(Object.keys(rest), ["message", "stack", "name", "context"]);
  assertEquals(rest.message, "a\ufffd");
  assertEquals(cause, bare("b"));
});

Deno.test("the text for a log has the stack, the causes and the errors that came with it", () => {
  const error = new AggregateError([new Error("side")], "main", { cause: "why" });
  const lines = formatException(error).split("\n").filter((line) => !line.startsWith("    at "));
  assertEquals(lines, ["AggregateError: main", "Caused by: why", "With: side"]);
  assert(formatException(error).includes("\n    at "));
});
