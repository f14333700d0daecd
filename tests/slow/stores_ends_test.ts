import { ENDS } from "../stores/ends.ts";
import { RealStores, STORES } from "../stores/real_stores.ts";

Deno.test("each end of a process is told through each store, on each runtime", async (t) => {
  await using stores = await RealStores.start();
  for (const store of STORES) {
    await Promise.all(
      (["deno", "bun", "node26"] as const).flatMap((runtime) =>
        ENDS.map(({ name, run, check }) =>
          t.step({
            name: `${store}, ${runtime}: ${name}`,
            fn: async () => check(await stores.run({ store, runtime, ...run })),
            sanitizeOps: false,
            sanitizeResources: false,
            sanitizeExit: false,
          })
        )
      ),
    );
  }
});
