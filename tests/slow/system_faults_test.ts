import { assert, assertEquals } from "@std/assert";
import { describeSilent, runFaults } from "../runtimes/system_faults.ts";

Deno.test("a system call that fails, once or for good, loses nothing in silence: 60 seeds", async () => {
  const silent: string[] = [];
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  const counts = await runFaults(
    seeds,
    (run, outcome) => silent.push(describeSilent(run, outcome)),
  );
  assertEquals(silent, []);
  assert(counts.complete > 20 && counts.failed > 5, JSON.stringify(counts));
});
