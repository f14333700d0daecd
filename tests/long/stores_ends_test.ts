import { ENDS, ENDS_UNDER_LAUNCHER } from "../stores/ends.ts";
import { RealStores, type StoreRun, STORES, supervisedCommand } from "../stores/real_stores.ts";

Deno.test("each end of a process is told through each store, on each runtime", async (t) => {
  await using stores = await RealStores.start();
  for (const store of STORES) {
    await Promise.all(
      (["deno", "bun", "node26"] as const).flatMap((runtime) => {
        const tell = (name: string, check: typeof ENDS[number]["check"], run: Partial<StoreRun>) =>
          t.step({
            name: `${store}, ${runtime}: ${name}`,
            fn: async () => check(await stores.run({ store, runtime, script: [], ...run })),
            sanitizeOps: false,
            sanitizeResources: false,
            sanitizeExit: false,
          });
        return [
          ...ENDS.map(({ name, run, check }) => tell(name, check, run)),
          ...ENDS_UNDER_LAUNCHER.map(({ name, run, check }) => {
            const command = supervisedCommand(runtime, store, run.script);
            return tell(`${name}, under the launcher`, check, { command, env: { STORE: store } });
          }),
        ];
      }),
    );
  }
});
