import { assert, assertEquals, assertMatch } from "@std/assert";
import { launch } from "../kit/launch.ts";
import { closedException, sessionOf } from "../kit/messages.ts";
import { TempFolder } from "../kit/temp_folder.ts";

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: a messages file that is gone is seen though the clock was set back`, async () => {
    using folder = new TempFolder();
    const args = ["gone", `${folder.path}/messages`];
    const { stdout } = await launch(runtime, "clock_back.ts", { folder, args });
    assertMatch(stdout, /^Messages are lost: .+ was removed/);
  });

  Deno.test(`${runtime}: a cut-off ends the launcher though the clock was set back`, async () => {
    // What is in a session of its own gets no signal, and holds the output.
    const args = ["supervise", "setsid sleep 20 & wait"];
    const start = performance.now();
    const { code, raw } = await launch(runtime, "clock_back.ts", { args });
    assert(performance.now() - start < 12_000, "it took too long");
    assertEquals(code, 124);
    assertMatch(closedException(sessionOf(raw)).message, /cut off after 1 s/);
  });
}
