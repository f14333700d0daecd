import { assertEquals } from "@std/assert";
import { describeSilent, runFaults } from "../stores/store_faults.ts";
import { installStores } from "../tools/install.ts";

Deno.test("a store that does something wrong once loses nothing in silence: 700 seeds", async () => {
  await installStores();
  const silent: string[] = [];
  const seeds = Array.from({ length: 700 }, (_, i) => 1000 + i);
  const counts = await runFaults(
    seeds,
    (run, outcome) => silent.push(describeSilent(run, outcome)),
  );
  console.log(JSON.stringify(counts));
  assertEquals(silent, []);
});
