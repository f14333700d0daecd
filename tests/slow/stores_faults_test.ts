import { assert, assertEquals } from "@std/assert";
import { LYING_STORES } from "../stores/lying_store.ts";
import { describeSilent, runFaults, runWithFault } from "../stores/store_faults.ts";
import { installStores } from "../tools/install.ts";

Deno.test("a store that does something wrong once loses nothing in silence: 60 seeds", async () => {
  await installStores();
  const silent: string[] = [];
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  const counts = await runFaults(
    seeds,
    (run, outcome) => silent.push(describeSilent(run, outcome)),
  );
  assertEquals(silent, []);
  assert(counts.complete > 30 && counts.told > 0, JSON.stringify(counts));
});

Deno.test("a write that is never answered is made again, and does not keep the process alive", async (t) => {
  await installStores();
  await Promise.all(
    LYING_STORES.flatMap((store) =>
      (["deno", "bun", "node26"] as const).map((runtime) =>
        t.step({
          name: `${store}, ${runtime}`,
          fn: async () => {
            // The last chunk, on a connection that was used before.
            const at = store === "azure" ? 5 : 4;
            const fault = { kind: "hang", isDone: false } as const;
            const { verdict, ended, requests, idleMs } = await runWithFault({
              store,
              runtime,
              at,
              fault,
            });
            const about = `${requests.join("\n")}\n${ended.stderr}`;
            assertEquals([verdict, ended.code], ["complete", 0], about);
            assert(requests[at]!.includes("run/3.json"), about);
            assert(idleMs < 3000, `it lived for ${idleMs} ms more`);
          },
          sanitizeOps: false,
          sanitizeResources: false,
          sanitizeExit: false,
        })
      )
    ),
  );
});
