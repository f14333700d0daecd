import { assertEquals } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launchWell } from "../kit/launch.ts";
import { logsOf, sessionOf } from "../kit/messages.ts";

for (const runtime of RUNTIMES) {
  for (const global of ["Deno", "Bun"]) {
    if (global.toLowerCase() === runtime) continue;
    Deno.test(`${runtime}: a shim of ${global} is not taken for the runtime`, async () => {
      const outcome = await launchWell(runtime, "shims.ts", { args: [global] });
      assertEquals(logsOf(sessionOf(outcome.raw)), ["as ever"]);
    });
  }

  Deno.test(`${runtime}: a script that replaces JSON.stringify does not change what is written`, async () => {
    const outcome = await launchWell(runtime, "shims.ts", { args: ["JSON.stringify"] });
    assertEquals(logsOf(sessionOf(outcome.raw)), ["as ever"]);
  });
}
