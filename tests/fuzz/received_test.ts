import { assert, assertEquals, assertGreater } from "@std/assert";
import { Judge } from "../dagster/judge.ts";
import { GOOD, HARMFUL, KILLING } from "../local/received_examples.ts";
import { checkReceivedLines } from "./received.ts";

Deno.test("Dagster's reader does with each example of a line what is said of it", async () => {
  const judge = await Judge.start();
  const examples = [
    ...[...GOOD, ...HARMFUL.map(([line]) => line)].map((line) => ({ line, taken: true })),
    ...KILLING.map(([line]) => ({ line, taken: false })),
  ];
  await Promise.all(examples.map(async ({ line, taken }) => {
    const asked = judge.line(/[\r\n]$/.test(line) ? line : `${line}\n`);
    await judge.reset();
    const verdict = await asked;
    assertEquals(verdict.taken, taken, `${line.slice(0, 300)}: ${verdict.error}`);
  }));
  await judge.close();
});

Deno.test("1,000 lines, good and mutated, are handed on where Dagster's reader lives on", async () => {
  const judge = await Judge.start();
  const { taken, deadly, harmful } = await checkReceivedLines(judge, 1000, 1);
  await judge.close();
  assertEquals(taken + deadly + harmful, 1000);
  assertGreater(Math.min(taken, deadly), 200);
  assert(harmful < 100, `${harmful} lines refused though Dagster takes them`);
});
