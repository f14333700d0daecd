import { appendFileSync } from "node:fs";
import process from "node:process";
import { openDagsterPipes, type PipesMessageWriter, withDagsterPipes } from "@dagsterpipes/pipes";

// Ends in many ways while its messages take 200 ms to deliver, as over a network.

const DELIVERY = 200;

/** Takes messages, and delivers all that it has at a time; each delivery takes its time. */
const messageWriter: PipesMessageWriter = {
  open({ path }) {
    const waiting: string[] = [];
    let delivering: Promise<void> | undefined;
    const deliver = async (): Promise<void> => {
      while (waiting.length > 0) {
        const lines = [...waiting];
        await later(DELIVERY);
        appendFileSync(String(path), lines.map((line) => `${line}\n`).join(""));
        waiting.splice(0, lines.length);
      }
    };
    const flush = (): Promise<void> =>
      delivering ??= deliver().finally(() => delivering = undefined);
    return {
      writeMessage: (line) => void waiting.push(line),
      flush,
      async close() {
        await flush();
        await flush();
      },
      get unsentMessages() {
        return waiting.length;
      },
    };
  },
};

const options = { messageWriter };

const ENDS: Record<string, () => unknown> = {
  "a clean close": () => withDagsterPipes(options, (pipes) => pipes.log("one")),
  "a throw": () =>
    withDagsterPipes(options, (pipes) => {
      pipes.log("one");
      throw new RangeError("thrown");
    }),
  "an error in a timer": async () => {
    const pipes = await openDagsterPipes(options);
    pipes.log("one");
    setTimeout(() => {
      throw new RangeError("in a timer");
    });
    await later(5000);
  },
  "a rejection": async () => {
    const pipes = await openDagsterPipes(options);
    pipes.log("one");
    Promise.reject(new RangeError("rejected"));
    await later(5000);
  },
  "an event loop that runs empty": async () => {
    const pipes = await openDagsterPipes(options);
    pipes.log("one");
  },
  "an end while it closes": async () => {
    const pipes = await openDagsterPipes(options);
    pipes.log("one");
    void pipes.close();
  },
  "SIGTERM": async () => {
    const pipes = await openDagsterPipes({ ...options, graceSeconds: 0 });
    pipes.log("one");
    process.kill(process.pid, "SIGTERM");
    await later(5000);
  },
  "exit 0": async () => {
    const pipes = await openDagsterPipes(options);
    pipes.log("one");
    process.exit(0);
  },
  "exit 3": async () => {
    const pipes = await openDagsterPipes(options);
    pipes.log("one");
    process.exit(3);
  },
  "exit 0 while it closes": async () => {
    const pipes = await openDagsterPipes(options);
    pipes.log("one");
    void pipes.close();
    process.exit(0);
  },
};

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

await ENDS[process.argv[2] ?? ""]?.();
