/**
 * Ends in the way that its first argument names. With `bare` after it, the library is left out, and
 * the runtime is alone.
 */
import { renameSync } from "node:fs";
import process from "node:process";
import {
  openDagsterPipes,
  PipesEnvVarParamsLoader,
  type PipesOptions,
  withDagsterPipes,
} from "@dagsterpipes/pipes";

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
    Promise.reject(new TypeError("not awaited"));
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

/** Works page by page, and lets nothing disturb it. */
async function pages({ log }: Step, isOver: () => boolean = () => false): Promise<void> {
  log("ready");
  while (!isOver()) await later(20);
}

/** Cleans up for a while after a signal, and then does something. */
function onceSignalled(signal: string, after: () => void = () => {}): void {
  process.once(signal, async () => {
    await later(600);
    console.log("cleaned up");
    after();
  });
}

function throwing(): Promise<never> {
  return withDagsterPipes(() => fail(new RangeError("thrown")));
}

/** Whole scripts: what they do outside of their session counts. */
const SCRIPTS: Record<string, () => unknown> = {
  "throw, caught and printed": () => throwing().catch(console.error),
  "throw, finally exit()": () => throwing().finally(() => process.exit()),
  "throw, a listener takes the rejection": () => {
    process.on("unhandledRejection", (error) => console.error(error));
    throwing();
  },
  "throw, exit(0) in a listener of exit": () => {
    process.on("exit", () => process.exit(0));
    return throwing();
  },
  "throw, caught, then exit(0)": () => throwing().catch(() => process.exit(0)),
  "throw, caught, then exit(4)": () => throwing().catch(() => process.exit(4)),
  "SIGINT, no reaction": () => withDagsterPipes((step) => pages(step)),
  "SIGINT, no reaction in Deno's way": () => {
    const { Deno: deno } = globalThis as {
      Deno?: { addSignalListener(signal: string, listener: () => void): void };
    };
    let count = 0;
    deno?.addSignalListener("SIGINT", () => count++);
    return withDagsterPipes((step) => pages(step, () => count > 0));
  },
  "SIGTERM, a handler cleans up, then exit(0)": () => {
    onceSignalled("SIGTERM", () => process.exit(0));
    return withDagsterPipes((step) => pages(step));
  },
  "SIGTERM, a handler sets exit code 0": () => {
    let isOver = false;
    process.on("SIGTERM", () => {
      isOver = true;
      setTimeout(() => process.exitCode = 0, 300);
    });
    process.on("exit", () => process.exitCode = 0);
    return withDagsterPipes((step) => pages(step, () => isOver));
  },
  "SIGTERM, a handler of its own, then exit(0) after the close": () => {
    let isOver = false;
    process.on("SIGTERM", () => isOver = true);
    return withDagsterPipes((step) => pages(step, () => isOver)).then(() => process.exit(0));
  },
  "SIGTERM, a handler of once cleans up": () => {
    let isOver = false;
    process.once("SIGTERM", () => isOver = true);
    onceSignalled("SIGTERM");
    return withDagsterPipes((step) => pages(step, () => isOver));
  },
  "SIGTERM, a later handler cleans up, and raises it again": () =>
    withDagsterPipes((step) => {
      onceSignalled("SIGTERM", () => process.kill(process.pid, "SIGTERM"));
      return new Promise<void>((resolve) => {
        process.once("SIGTERM", () => resolve());
        pages(step);
      });
    }),
  "SIGTERM, a handler cleans up, and the work throws": () => {
    onceSignalled("SIGTERM");
    return withDagsterPipes(idle);
  },
  "SIGTERM, a handler cleans up if it is the last": () => {
    const onSignal = (): void => {
      if (process.listenerCount("SIGTERM") > 1) return;
      process.off("SIGTERM", onSignal);
      console.log("cleaned up");
      process.kill(process.pid, "SIGTERM");
    };
    process.on("SIGTERM", onSignal);
    return withDagsterPipes({ graceSeconds: 1 }, (step) => pages(step));
  },
  "SIGTERM, a handler never ends": () => {
    process.on("SIGTERM", () => {});
    return withDagsterPipes({ graceSeconds: 1 }, (step) => pages(step));
  },
  "messages file is renamed": async () => {
    const { path } = await new PipesEnvVarParamsLoader().loadMessagesParams();
    return withDagsterPipes(async ({ log }) => {
      log("ready");
      renameSync(String(path), `${path}-renamed`);
      await later(1200);
      log("after that");
    });
  },
  "busy loop with SIGINT, signals left to the runtime": () =>
    withDagsterPipes({ handleSignals: false }, ENDS["busy loop with SIGINT"]!),
};

const [how = "", bare] = process.argv.slice(2);
const script = SCRIPTS[how];
if (script !== undefined) {
  await script();
} else if (how === "scope left") {
  await leaveScope();
} else if (how === "event loop empty") {
  withDagsterPipes(() => NEVER);
} else if (how === "never-settling top-level await") {
  await withDagsterPipes({ handleSignals: bare !== "without signals" }, (pipes) => {
    pipes.log("ready");
    return NEVER;
  });
} else {
  const run = bare === "bare" ? withoutLibrary : withDagsterPipes;
  await run(OPTIONS[how] ?? {}, (step) => ENDS[how]?.(step));
}
