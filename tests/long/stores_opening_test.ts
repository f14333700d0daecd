import { assert } from "@std/assert";
import { runWell } from "../kit/command.ts";
import { scriptCommand } from "../stores/real_stores.ts";
import { SlowServer } from "../stores/slow_server.ts";
import { installStores } from "../tools/install.ts";

/** What a request to S3 takes at least from within its region, in milliseconds. */
const DELAY = 20;

Deno.test("to open through S3 takes less time than the two requests by hand: they are made together", async () => {
  await installStores();
  await using server = await SlowServer.start(DELAY);
  for (const runtime of ["deno", "bun", "node26"] as const) {
    const params = [JSON.stringify({ bucket: "pipes", key: "context.json" }), '{"bucket":"pipes"}'];
    const command = scriptCommand(runtime, ["60", ...params], "stores/opening.ts");
    const env = { STORE_S3: server.url, NODE_NO_WARNINGS: "1" };
    const { hand, session } = JSON.parse(await runWell(command, { env }));
    console.log(`${runtime}: ${hand.toFixed(1)} ms by hand, ${session.toFixed(1)} ms by a session`);
    assert(session < hand, `${runtime}: ${session} ms for ${hand} ms`);
  }
});
