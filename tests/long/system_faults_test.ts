import { assert, assertEquals } from "@std/assert";
import { describeSilent, runFaults } from "../runtimes/system_faults.ts";

Deno.test("a system call that fails, once or for good, loses nothing in silence: 1,300 seeds", async () => {
  const silent: string[] = [];
  const seeds = Array.from({ length: 1300 }, (_, n) => 1000 + n);
  const counts = await runFaults(
    seeds,
    (run, outcome) => silent.push(describeSilent(run, outcome)),
  );
  console.log(JSON.stringify(counts));
  assertEquals(silent, []);
  assert(counts.complete > 400 && counts.failed > 100, JSON.stringify(counts));
});
