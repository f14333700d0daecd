/** Has handlers of its own for what would end it. */
import process from "node:process";
import { openDagsterPipes, type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";

/** What no types say that `process` has. */
const untyped = process as unknown as Record<"reallyExit" | "execve", (...args: unknown[]) => void>;

const CASES: Record<string, () => Promise<unknown>> = {
  "an error is dealt with": () => {
    const caught: string[] = [];
    process.on("uncaughtException", ({ message }) => caught.push(message));
    return withDagsterPipes((pipes) => tellOfTimer(pipes, caught));
  },
  "a rejection is dealt with": async () => {
    const caught: unknown[] = [];
    process.on("unhandledRejection", (error) => caught.push(error));
    await withDagsterPipes(async (pipes) => {
      Promise.reject("from nowhere");
      await later(100);
      pipes.log(`caught ${caught.join()}`);
    });
  },
  "a handler comes after the session": () =>
    withDagsterPipes((pipes) => {
      const caught: string[] = [];
      process.on("uncaughtException", ({ message }) => caught.push(message));
      return tellOfTimer(pipes, caught);
    }),
  "a callback takes what is uncaught": () => {
    const caught: string[] = [];
    process.setUncaughtExceptionCaptureCallback(({ message }) => caught.push(message));
    return withDagsterPipes((pipes) => tellOfTimer(pipes, caught));
  },
  // Nobody but the event knows of it, and it looks after the session did.
  "an error is forgiven in secret": () =>
    withDagsterPipes(async () => {
      addEventListener("unhandledrejection", (event) => event.preventDefault());
      Promise.reject(new Error("forgiven"));
      await later(50);
    }),
  "an error is printed, and the process exits": async () => {
    process.on("uncaughtException", (error) => {
      console.error(error.message);
      process.exit(4);
    });
    await withDagsterPipes(() => failFromTimer());
  },
  "a rejection is taken, and the process exits": async () => {
    process.on("unhandledRejection", () => process.exit(4));
    await withDagsterPipes(async () => {
      Promise.reject(new RangeError("from nowhere"));
      await later(1000);
    });
  },
  "a handler of rejections throws": async () => {
    process.on("unhandledRejection", (error) => {
      throw error;
    });
    await withDagsterPipes(async () => {
      Promise.reject(new RangeError("from nowhere"));
      await later(1000);
    });
  },
  "a handler of errors throws": () =>
    withDagsterPipes(() => {
      process.on("uncaughtException", (error) => {
        throw new TypeError("thrown again", { cause: error });
      });
      return failFromTimer();
    }),
  "an error is taken, and nothing is left to do": async () => {
    await openDagsterPipes();
    process.on("uncaughtException", () => {});
    setTimeout(() => {
      throw new RangeError("from a timer");
    }, 10);
  },
  "a handler of errors exits": () =>
    withDagsterPipes(() => {
      process.on("uncaughtException", () => process.exit(4));
      return failFromTimer();
    }),
  "a handler from before the session throws": async () => {
    process.on("uncaughtException", (error) => {
      throw error;
    });
    await withDagsterPipes(() => failFromTimer());
  },
  "a callback throws what it takes": async () => {
    process.setUncaughtExceptionCaptureCallback((error) => {
      throw error;
    });
    await withDagsterPipes(() => failFromTimer());
  },
  "a listener from before the session exits again": async () => {
    process.on("exit", () => process.exit(0));
    await withDagsterPipes(() => process.exit(0));
  },
  "it exits without an event": () => withDagsterPipes(() => untyped.reallyExit(0)),
  "it exits without its listeners": () =>
    withDagsterPipes(() => {
      process.removeAllListeners();
      process.exit(0);
    }),
  "its listeners are removed, and it throws": () =>
    withDagsterPipes(() => {
      process.removeAllListeners();
      return failFromTimer();
    }),
  "a signal comes that is no cancel": () =>
    withDagsterPipes(() => {
      process.kill(process.pid, "SIGHUP");
      return later(1000);
    }),
  "another program takes its place": () =>
    withDagsterPipes(() => untyped.execve("/bin/false", ["false"], {})),
  "a domain takes it": () =>
    withDagsterPipes(async (pipes) => {
      const caught: string[] = [];
      const { create } = await import("node:domain");
      const domain = create();
      domain.on("error", ({ message }) => caught.push(message));
      domain.run(() => void failFromTimer(10));
      await later(100);
      pipes.log(`caught ${caught.join()}`);
    }),
  "a rejection that nobody takes": () =>
    withDagsterPipes(async (pipes) => {
      Promise.reject(new RangeError("from nowhere"));
      await later(100);
      pipes.log("went on");
    }),
  "there is another process": async () => {
    await withDagsterPipes(() => {
      Object.assign(globalThis, { process: { env: {} } });
      return failFromTimer();
    });
  },
  "work is found when there is none": async () => {
    const pipes = await openDagsterPipes();
    let left = 3;
    process.on("beforeExit", () => {
      if (left-- > 0) setTimeout(() => pipes.log(`${left} left`), 20);
      else process.exit(5);
    });
  },
  "a signal is listened to": async () => {
    let count = 0;
    const work = setInterval(() => {}, 1000);
    process.on("SIGTERM", () => count++);
    await withDagsterPipes(async (pipes) => {
      const aborted = new Promise((resolve) => pipes.signal.addEventListener("abort", resolve));
      process.kill(process.pid, "SIGTERM");
      await aborted;
      pipes.log("cleaned up");
    });
    await later(50);
    clearInterval(work);
    console.log(`seen ${count}`);
  },
};

/** Throws in a timer, and logs what a handler caught of it. */
async function tellOfTimer(pipes: PipesContext, caught: readonly string[]): Promise<void> {
  await failFromTimer(100);
  pipes.log(`caught ${caught.join()}`);
}

/** Throws in a timer, and goes on for a while. */
function failFromTimer(ms: number = 1000): Promise<void> {
  setTimeout(() => {
    throw new RangeError("from a timer");
  }, 10);
  return later(ms);
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await CASES[process.argv[2] ?? ""]?.();
