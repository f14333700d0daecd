/** Prints values of all kinds by `console`, each call behind a line with its number. */
import process from "node:process";
import { withDagsterPipes } from "@dagsterpipes/pipes";

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const circle: Record<string, unknown> = { name: "circle" };
circle.itself = circle;
let deep: Record<string, unknown> = {};
for (let i = 0; i < 10_000; i++) deep = { deep };
const refuse = (): never => {
  throw new Error("refused");
};

class Own {
  x = 1;
  toString(): string {
    return "own";
  }
}

const VALUES: readonly unknown[] = [
  42,
  -0,
  1.75,
  -1.75,
  12n,
  NaN,
  Infinity,
  1e21,
  1e-7,
  "42",
  "3.7abc",
  "abc",
  "",
  " 7 ",
  "0x10",
  "50%",
  "%s",
  "two\nlines",
  "lone \ud800",
  "\u001b[31mred\u001b[0m",
  true,
  null,
  undefined,
  Symbol("s"),
  new Date(0),
  { a: 1 },
  { a: { b: { c: { d: { e: { f: {} } } } } } },
  { [Symbol("key")]: 1 },
  [1, 2],
  new Array(3),
  ["it's", 'a "b"', "x".repeat(150)],
  Array.from({ length: 150 }, (_, i) => i),
  function f() {},
  class A {},
  Object.create(null),
  Object.assign(Object.create(null), { bare: 1 }),
  { toString: () => "says" },
  { valueOf: () => 5 },
  Object(3n),
  Object(true),
  new Map([[{ a: 1 }, new Set([1])]]),
  new Own(),
  /x/g,
  Promise.resolve(1),
  new Uint8Array(3),
  circle,
  deep,
  revoked.proxy,
  new Proxy({ a: 1 }, { get: refuse, ownKeys: refuse, getOwnPropertyDescriptor: refuse }),
  {
    get a() {
      return 1;
    },
  },
  {
    get [Symbol.toStringTag]() {
      return "Tag";
    },
  },
  { toJSON: () => "json" },
  { toString: refuse, valueOf: refuse, toJSON: refuse },
  {
    [Symbol.for("nodejs.util.inspect.custom")]: refuse,
    [Symbol.for("Deno.customInspect")]: refuse,
  },
];

const DIRECTIVES = ["%s", "%d", "%i", "%f", "%j", "%o", "%O", "%c", "%%", "%x", "%"];

const CALLS: readonly (readonly unknown[])[] = [
  [],
  ["a%%"],
  ["a%%", 1],
  ["a%s"],
  ["a%s%s", 1],
  ["%%s", 1],
  ["%%%s%%", 1],
  ["%d%%", 5],
  ["x%", " y"],
  ["%5d", 3],
  ["%s", "%s", 1],
  ["a", "%s", 1],
  ["x%s", "y%s", "z%s", 1],
  ["", 1],
  [1, "a"],
  [1, "%s", "x"],
  [1, 2, "%d|%d", 3, 4, 5],
  ["a", ""],
  ["%c%s", "color: red", "x"],
  ["a\n", "b"],
  ["%s %s %s", { a: 1 }, [1], null],
  ["%o", { a: [1, { b: 2 }] }],
];

const captureConsole = process.argv[2] === "as messages";
await withDagsterPipes({ captureConsole }, () => {
  let number = 0;
  const call = (print: () => void): void => {
    console.log(`call ${number++}`);
    try {
      print();
    } catch {
      console.log("threw");
    }
  };
  for (const value of VALUES) {
    call(() => console.log(value));
    call(() => console.log("before", value, "after"));
    call(() => console.dir(value));
    for (const directive of DIRECTIVES) call(() => console.log(`${directive}|%s`, value, "z"));
  }
  for (const args of CALLS) call(() => console.log(...args));
  // The indentation of groups is no part of a message.
  if (!captureConsole) { for (const args of CALLS) call(() => console.group(...args)); }
  console.log(`call ${number}`);
});
