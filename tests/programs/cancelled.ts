/** A script that is cancelled, or whose messages go, at a moment that its argument says. */
import { execSync } from "node:child_process";
import process from "node:process";
import {
  openDagsterPipes,
  type PipesContextLoader,
  PipesDefaultMessageWriter,
  type PipesMessageWriter,
  withDagsterPipes,
} from "@dagsterpipes/pipes";

/** The default writer, with something that happens right after the first message. */
function afterOpened(act: () => void): PipesMessageWriter {
  const writer = new PipesDefaultMessageWriter();
  return {
    open(params) {
      const channel = writer.open(params);
      const { writeMessage } = channel;
      return Object.assign(channel, {
        writeMessage(line: string) {
          writeMessage(line);
          if (line.includes('"opened"')) act();
        },
      });
    },
  };
}

/** The default writer, whose first message takes long to be delivered. */
const slowWriter: PipesMessageWriter = {
  open(params) {
    const channel = new PipesDefaultMessageWriter().open(params);
    return Object.assign(channel, {
      async flush() {
        console.log("ready");
        await later(20_000);
      },
    });
  },
};

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const MOMENTS: Record<string, () => unknown> = {
  "while the first message is sent": () =>
    withDagsterPipes({ messageWriter: slowWriter }, () => console.log("started")),
  "while the context is loaded": () => {
    const contextLoader: PipesContextLoader = {
      async loadContext() {
        console.log("ready");
        await later(1000);
        return JSON.stringify({ run_id: "7f3c" });
      },
    };
    return withDagsterPipes({ contextLoader }, () => console.log("started"));
  },
  "right after opened": () =>
    withDagsterPipes(
      { messageWriter: afterOpened(() => process.kill(process.pid, "SIGTERM")) },
      () => later(800),
    ),
  "during a command": () =>
    withDagsterPipes((pipes) => {
      execSync(`kill -TERM ${process.pid}; sleep 0.3`);
      pipes.log("worked on");
    }),
  "during a loop": () =>
    withDagsterPipes((pipes) => {
      execSync(`(sleep 0.1; kill -INT ${process.pid}) > /dev/null 2>&1 &`);
      for (const end = Date.now() + 400; Date.now() < end;);
      pipes.log("worked on");
    }),
  "waiting for nothing else": () =>
    withDagsterPipes(async (pipes) => {
      console.log("ready");
      await new Promise<void>((resolve) =>
        pipes.signal.addEventListener("abort", () => resolve(), { once: true })
      );
      pipes.log("cleaned up");
    }),
  "waiting, and heard no more": () =>
    withDagsterPipes(async ({ signal }) => {
      const listener = (): void => {};
      signal.addEventListener("abort", listener);
      signal.removeEventListener("abort", listener);
      await new Promise(() => {});
    }),
  "while it reports": async () => {
    const pipes = await openDagsterPipes();
    console.log("ready");
    for (let i = 0;; i++) {
      await later(100);
      try {
        pipes.log(`message ${i}`);
      } catch (error) {
        console.error(`${(error as { code?: unknown }).code}: ${(error as Error).message}`);
        await pipes.close();
      }
    }
  },
  "before it closes": () =>
    withDagsterPipes(async (pipes) => {
      pipes.log("working");
      console.log("ready");
      await later(300);
    }),
};

await MOMENTS[process.argv[2] ?? ""]?.();
