import { assertEquals } from "@std/assert";
import { Judge } from "../dagster/judge.ts";
import { checkReceivedLines } from "../fuzz/received.ts";

Deno.test("10,000 lines, good and mutated, are handed on where Dagster's reader lives on", async () => {
  const judge = await Judge.start();
  const { taken, deadly, harmful } = await checkReceivedLines(judge, 10_000, 2);
  await judge.close();
  assertEquals(taken + deadly + harmful, 10_000);
});
