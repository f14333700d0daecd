/**
 * Ends in the way that its first argument names. With `bare` after it, the library is left out, and
 * the runtime is alone.
 */
import process from "node:process";
import { openDagsterPipes, type PipesOptions, withDagsterPipes } from "@dagsterpipes/pipes";

/** What the ends use of a context. */
interface Step {
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

type End = (step: Step) => unknown;

const NEVER = new Promise<never>(() => {});

/** Throws anything at all, as JavaScript may. */
function fail(thrown: unknown): never {
  throw thrown;
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits, with something that keeps the event loop alive, and takes no notice of a cancel. */
function ignore({ log, signal }: Step): Promise<never> {
  setInterval(() => {}, 1000);
  signal.addEventListener("abort", () => {});
  log("ready");
  return NEVER;
}

/** Waits as `fetch` does with a signal: a cancel rejects it. */
function idle({ signal, log }: Step): Promise<never> {
  const wait = setInterval(() => {}, 1000);
  log("ready");
  return new Promise((_, reject) =>
    signal.addEventListener("abort", () => {
      clearInterval(wait);
      reject(signal.reason);
    })
  );
}

/** Works until it is cancelled, and then cleans up. */
async function cleanUpFor(ms: number, step: Step): Promise<void> {
  const work = setInterval(() => {}, 1000);
  step.log("ready");
  await new Promise<void>((resolve) => step.signal.addEventListener("abort", () => resolve()));
  clearInterval(work);
  await later(ms);
  step.log("cleaned up");
}

function fillMemory(): never {
  const held = [];
  for (;;) {
    held.push(Array.from({ length: 100_000 }, (_, at) => ({ text: `t${at}` })));
  }
}

const ENDS: Record<string, End> = {
  "return": ({ log }) => log("done"),
  "throw an Error": () => fail(new RangeError("thrown")),
  "throw a string": () => fail("only words"),
  "rejection": () => Promise.reject(new TypeError("rejected")),
  "unhandled rejection": () => {
    Promise.reject(new TypeError("nobody waits for this"));
    return later(300);
  },
  "throw in a timer": () => {
    setTimeout(() => fail(new RangeError("from a timer")), 10);
    return later(300);
  },
  "process.exit(0)": () => process.exit(0),
  "process.exit(3)": () => process.exit(3),
  "Deno.exit(0)": () => {
    const { Deno: deno } = globalThis as {
      Deno?: { exit(code: number): never };
    };
    return deno?.exit(0);
  },
  "SIGINT idle": idle,
  "SIGTERM": idle,
  "SIGKILL": () => process.kill(process.pid, "SIGKILL"),
  "SIGINT ignored beyond the grace": ignore,
  "a second SIGINT after 1.5 s": ignore,
  "SIGINT with a cleanup of 2 s": (step) => cleanUpFor(2000, step),
  "SIGINT twice within 0.3 s": (step) => cleanUpFor(600, step),
  "abort": () => process.abort(),
  "out of memory": fillMemory,
  "busy loop with SIGINT": ({ log }) => {
    log("ready");
    for (;;);
  },
};

const OPTIONS: Record<string, PipesOptions> = {
  "SIGINT ignored beyond the grace": { graceSeconds: 1 },
};

/**
 * The same script as it would be without the library. It looks at the stack of what passes, as
 * whatever tells of it must: with that alone, Node forgets the line of source that it prints above
 * an error.
 */
async function withoutLibrary(_: PipesOptions, end: End): Promise<unknown> {
  const { signal } = new AbortController();
  try {
    return await end({ signal, log() {} });
  } catch (error) {
    if (error instanceof Error) void error.stack;
    throw error;
  }
}

async function leaveScope(): Promise<void> {
  const pipes = await openDagsterPipes();
  try {
    pipes.log("ready");
  } finally {
    await pipes[Symbol.asyncDispose]();
  }
}

const [how = "", bare] = process.argv.slice(2);
if (how === "scope left") {
  await leaveScope();
} else if (how === "event loop empty") {
  withDagsterPipes(() => NEVER);
} else if (how === "never-settling top-level await") {
  await withDagsterPipes((pipes) => {
    pipes.log("ready");
    return NEVER;
  });
} else {
  const run = bare === "bare" ? withoutLibrary : withDagsterPipes;
  await run(OPTIONS[how] ?? {}, (step) => ENDS[how]?.(step));
}
