import { assertEquals } from "@std/assert";
import { RealStores, type StoreOutcome, STORES } from "./real_stores.ts";
import type { RuntimeName } from "../kit/installed.ts";

const RUNTIMES: readonly RuntimeName[] = ["deno", "bun", "node26"];

Deno.test("each store: all that a script reports is in Dagster, by its own injector and reader", async (t) => {
  await using stores = await RealStores.start();
  const runs = STORES.flatMap((store) =>
    RUNTIMES.map((runtime) => ({
      name: `${store} on ${runtime}`,
      outcome: stores.run({ store, runtime, script: ["report"], extras: { threshold: 3 } }),
    }))
  );
  for (const { name, outcome } of runs) {
    await t.step(name, async () => assertReported(await outcome));
  }
});

function assertReported(outcome: StoreOutcome): void {
  const { success, messages, inOrder, logs, materializations, checks, closed, failures } = outcome;
  assertEquals(
    { success, messages, inOrder, logs, materializations, checks, closed, failures },
    {
      success: true,
      messages: 3,
      inOrder: true,
      logs: ["\u00e9 \u{1F600} for orders of run 36", '{"threshold":3}'],
      materializations: [{ rows: 3 }],
      checks: [true],
      closed: true,
      failures: [],
    },
    outcome.stderr,
  );
}
