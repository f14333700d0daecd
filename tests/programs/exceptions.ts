import { withDagsterPipes } from "@dagsterpipes/pipes";
import { memorySession } from "../kit/memory_session.ts";
import { print } from "./telling.ts";

function cyclic(): Error {
  const first = new Error("first of a circle");
  const second = new Error("second of a circle", { cause: first });
  first.cause = second;
  return first;
}

function chain(length: number): Error {
  let error = new Error("the innermost");
  for (let i = 1; i < length; i++) {
    error = new Error(`cause ${i}`, { cause: error });
  }
  return error;
}

class OutOfStock extends Error {
  override name = "OutOfStock";
}

function withProperties(properties: Record<string, unknown>): Error {
  return Object.assign(new Error("changed"), properties);
}

function unreadable(): Error {
  return Object.defineProperty(new Error("hidden"), "message", {
    get() {
      throw new Error("no reading");
    },
  });
}

const values: Record<string, unknown> = {
  "an Error with a cause": new Error("outer", { cause: new TypeError("inner", { cause: "root" }) }),
  "a subclass": new OutOfStock("none left"),
  "an AggregateError": new AggregateError([
    new Error("first of many"),
    new RangeError("second of many"),
  ], "many"),
  "a circle of causes": cyclic(),
  "a long chain of causes": chain(5_000),
  "an Error without a stack": withProperties({ stack: undefined }),
  "an Error with an odd stack": withProperties({ stack: 5, name: 6, message: { an: "object" } }),
  "an Error of two lines": new Error("line one\nline two"),
  "an Error that cannot be read": unreadable(),
  "a string": "just text",
  "an empty string": "",
  "a lone surrogate": "half \ud800 pair",
  "a number": 42,
  "a bigint": 2n ** 70n,
  "a symbol": Symbol("mark"),
  "a function": function failure() {},
  "null": null,
  "undefined": undefined,
  "an object": { reason: "an odd one", code: 7 },
  "an object without a prototype": Object.assign(Object.create(null), { reason: "bare" }),
  "an array": ["a", 1],
  "a proxy that throws": new Proxy({}, {
    get() {
      throw new Error("no reading");
    },
  }),
};

const found: Record<string, unknown> = {};
for (const [name, value] of Object.entries(values)) {
  const { options, lines, counts } = memorySession();
  let same = false;
  try {
    await withDagsterPipes(options, () => {
      throw value;
    });
  } catch (error) {
    same = Object.is(error, value);
  }
  found[name] = { same, lines, closes: counts.closed };
}
print(found);
