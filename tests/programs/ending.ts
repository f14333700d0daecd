/** Ends as its argument says, with a session open or not. For the launcher, which tells all of it. */
import { writeFileSync } from "node:fs";
import process from "node:process";
import { openDagsterPipes, withDagsterPipes } from "@dagsterpipes/pipes";

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const ENDS: Record<string, () => unknown> = {
  "returns": () => withDagsterPipes((pipes) => pipes.log("working")),
  "throws": () =>
    withDagsterPipes(() => {
      throw new TypeError("no such order");
    }),
  "rejects": async () => {
    await openDagsterPipes();
    Promise.reject(new RangeError("nobody waits for this"));
    await later(5000);
  },
  "exits": async () => {
    await openDagsterPipes();
    process.exit(Number(process.argv[3]));
  },
  "is killed": async () => {
    await openDagsterPipes();
    process.kill(process.pid, process.argv[3] as NodeJS.Signals);
    await later(5000);
  },
  "aborts": async () => {
    await openDagsterPipes();
    process.abort();
  },
  "loops": async () => {
    await openDagsterPipes();
    console.log("looping");
    for (;;);
  },
  "never settles": async () => {
    await openDagsterPipes();
    await new Promise(() => {});
  },
  "fills memory": async () => {
    await openDagsterPipes();
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(1e5).fill(kept.length).map((n) => ({ n })));
  },
  "waits for its cancel": () =>
    withDagsterPipes(async (pipes) => {
      const [, , , pidFile] = process.argv;
      if (pidFile !== undefined) writeFileSync(pidFile, String(process.pid));
      console.log("ready");
      while (!pipes.signal.aborted) await later(20);
      pipes.log("cleaned up");
    }),
  "leaves an open loop": async () => {
    await openDagsterPipes();
  },
};

await ENDS[process.argv[2] ?? ""]?.();
