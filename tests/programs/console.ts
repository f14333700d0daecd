/** Uses `console` in ways that are hard to capture. The argument says in which. */
import process from "node:process";
import { type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";

/** Values of all kinds that show themselves in a way of their own, and print while they do. */
function shownBy(print: (text: string) => void): Record<string, unknown> {
  const inspect = (): string => {
    print("inner");
    return "outer";
  };
  const error = new Error("outer");
  Object.defineProperty(error, "stack", { get: inspect });
  return {
    inspected: {
      [Symbol.for("nodejs.util.inspect.custom")]: inspect,
      [Symbol.for("Deno.customInspect")]: inspect,
    },
    error,
    text: { toString: inspect },
  };
}

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const bare = Object.assign(Object.create(null), { bare: 1 });

/** Prints until the disk is full, and beyond. */
function fillDisk(pipes: PipesContext): void {
  let thrown = 0;
  for (let i = 0; i < 2000; i++) {
    try {
      console.log(`${i} ${"x".repeat(60)}`);
    } catch {
      thrown++;
    }
  }
  process.stderr.write(`thrown: ${thrown}, closed: ${pipes.isClosed}\n`);
}

const cases: Readonly<Record<string, (pipes: PipesContext) => void | Promise<void>>> = {
  asserts() {
    console.assert(false, Symbol("symbol"));
    console.assert(false, bare);
    console.assert(false, { a: 1 });
    console.assert(false, "%s is %s", "this", "filled in");
    console.assert(false, revoked.proxy === undefined);
    console.assert(false);
    console.assert(true, "never");
    console.assert(bare, "never");
  },

  "prints while it is shown"() {
    let inner = 0;
    const print = (): void => console.log(`inner ${++inner}`);
    const { inspected, error, text } = shownBy(print);
    console.log(inspected);
    console.error(error);
    console.log("%s", text);
    console.dir(inspected);
    console.assert(false, inspected);
    console.group(inspected);
    console.groupEnd();
    console.trace(inspected);
    console.table([[inspected]]);
  },

  trace() {
    console.trace("marked %s", "by me");
  },

  "full disk": fillDisk,

  state() {
    console.group("first", "label");
    console.log("two\nlines");
    console.group();
    console.dir({ deep: { er: 1 } }, { depth: 0 });
    console.groupEnd();
    console.groupEnd();
    console.groupEnd();
    console.log("outside");
    console.count();
    console.count("named");
    console.count();
    console.countReset();
    console.count();
    console.dirxml({ a: 1 }, 2);
    console.table("no table");
    console.table([{ a: 1, b: 2 }], ["b"]);
  },

  tables() {
    console.table([{ a: 1, b: "x" }], ["b"]);
    console.table([{ when: new Date(0), in: { a: 1, b: 2, c: 3 } }]);
    console.table("no table");
  },

  "shows itself"() {
    const own = {
      [Symbol.for("nodejs.util.inspect.custom")]: (): string => {
        console.log(own);
        return "never";
      },
      get [Symbol.for("Deno.customInspect")](): unknown {
        return this[Symbol.for("nodejs.util.inspect.custom")];
      },
    };
    try {
      console.log(own);
    } catch (error) {
      console.log(`thrown: ${(error as Error).name}`);
    }
  },

  "a wrong argument"() {
    try {
      console.table([{ a: 1 }], "a" as unknown as string[]);
    } catch (error) {
      console.log(`thrown: ${(error as { code?: unknown }).code}`);
    }
  },

  async "while it closes"(pipes) {
    // A session of some age gives signals a turn before it closes.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closing = pipes.close();
    console.log("while it closes");
    queueMicrotask(() => console.log("still"));
    await closing;
    console.log("closed");
  },

  frozen() {
    console.log("printed");
    console.error("printed too");
  },

  "frozen later"() {
    Object.freeze(console);
    console.log("printed");
  },

  "without methods"() {
    console.log("printed");
  },

  ended() {
    process.stdout.write("one\n");
    process.stderr.end("last of stderr\n");
    process.stdout.end("last of stdout\n");
  },
};

const [, , name = ""] = process.argv;
if (name === "frozen") {
  // Deno makes them when they are first looked at, and fails where the console is frozen.
  void process.stdout;
  Object.freeze(console);
}
if (name === "without methods") globalThis.console = { log: () => {} } as unknown as Console;
const captureConsole = process.argv[3] !== "as output";
await withDagsterPipes({ captureConsole }, (pipes) => cases[name]?.(pipes));
