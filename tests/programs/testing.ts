/** Makes sessions in memory, in a process that Dagster launched, and prints what came of them. */
import process from "node:process";
import { openDagsterPipes, withDagsterPipes } from "@dagsterpipes/pipes";
import { createTestPipes } from "@dagsterpipes/pipes/testing";

const start = performance.now();
const first = createTestPipes({ assetKeys: ["orders"], extras: { n: 1 } });
await first.run(() =>
  withDagsterPipes((pipes) => pipes.reportAssetMaterialization({ metadata: { rows: 120 } }))
);
const { rows } = first.materialization("orders").metadata;
const ms = performance.now() - start;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const tests = Array.from({ length: 1000 }, (_, n) => createTestPipes({ extras: { n } }));
await Promise.all(tests.map((t, n) =>
  t.run(async () => {
    await pause(n % 7);
    const pipes = await openDagsterPipes();
    await pause(n % 5);
    await withDagsterPipes((other) => pipes.log(`${pipes.getExtra("n")} ${other.getExtra("n")}`));
  })
));
const mixed = tests.filter((t, n) => t.logs.length !== 1 || t.logs[0]?.message !== `${n} ${n}`);

const failed = createTestPipes();
const thrown = await failed.run(() => {
  throw new RangeError("Boom");
}).catch((error: unknown) => error);
const cancelled = createTestPipes();
await cancelled.run(() => cancelled.cancel("SIGTERM"));

console.log(JSON.stringify({
  ms,
  rows,
  problems: first.problems,
  mixed: mixed.length,
  thrown: String(thrown),
  failed: failed.closed?.exception?.message,
  cancelled: cancelled.closed?.exception?.message,
  exitCode: process.exitCode ?? 0,
  listeners: ["SIGINT", "SIGTERM", "exit"].map((event) => process.listenerCount(event)),
}));
