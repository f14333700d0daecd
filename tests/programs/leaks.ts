/**
 * Opens and closes sessions, one after the other, and prints what the process holds after the first
 * few and after all.
 */
import fs from "node:fs";
import process from "node:process";
import { openDagsterPipes, withDagsterPipes } from "@dagsterpipes/pipes";
import { print } from "./telling.ts";

/** What a process holds. */
export interface Holdings {
  readonly listeners: number;
  readonly descriptors: number;
  readonly heap: number;
}

type Global = Record<string, unknown>;

const { Deno: deno, Bun: bun, gc } = globalThis as unknown as {
  Deno?: Global;
  Bun?: { gc(isSync: boolean): void };
  gc?: () => void;
};

/** Deno tells nobody how many listeners there are, so they are counted as they come and go. */
let counted = 0;

function count(object: Global, method: string, step: number): void {
  const original = object[method] as (...args: unknown[]) => unknown;
  object[method] = (...args: unknown[]) => {
    counted += step;
    return original.apply(object, args);
  };
}

if (deno !== undefined) {
  const target = globalThis as unknown as Global;
  count(target, "addEventListener", 1);
  count(target, "removeEventListener", -1);
  count(deno, "addSignalListener", 1);
  count(deno, "removeSignalListener", -1);
}

function holdings(): Holdings {
  if (bun !== undefined) bun.gc(true);
  else gc?.();
  const listeners = process.eventNames().map((event) => process.listenerCount(event));
  return {
    listeners: listeners.reduce((sum, count) => sum + count, counted),
    descriptors: fs.readdirSync("/proc/self/fd").length,
    heap: process.memoryUsage().heapUsed,
  };
}

/** Sessions that end in each of the ways that leave the process alive. */
async function fourSessions(): Promise<void> {
  await withDagsterPipes((pipes) => pipes.log("one"));
  await withDagsterPipes({ graceSeconds: 3 }, (pipes) => {
    pipes.signal.addEventListener("abort", () => {});
    pipes.reportAssetMaterialization({ metadata: { rows: 1 } });
    throw new Error("expected");
  }).catch(() => {});
  const pipes = await openDagsterPipes({ captureConsole: true });
  console.error("captured");
  await pipes.close();
  await withDagsterPipes(
    { handleSignals: false },
    (pipes) => withDagsterPipes(() => pipes.log("inner")),
  );
}

async function sessions(number: number): Promise<Holdings> {
  for (let done = 0; done < number; done += 4) await fourSessions();
  // What the last ones left to be done later takes a moment, on a busy machine a longer one.
  let least: Holdings | undefined;
  for (let tries = 0; tries < 5; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** tries));
    const now = holdings();
    if (least === undefined || now.heap < least.heap) least = now;
  }
  return least!;
}

const before = holdings();
const warm = await sessions(600);
print({ before, warm, after: await sessions(1000) });
