import { assertEquals, assertMatch } from "@std/assert";
import { ALL_RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";

/** Makes a command the first process of a container, as far as the system is concerned. */
const UNSHARE = ["unshare", "--pid", "--fork", "--mount-proc"];

for (const runtime of ALL_RUNTIMES) {
  Deno.test(`${runtime}: a cancel ends the first process of a container, with the exit code that a signal has`, async () => {
    const outcome = await launch(runtime, "process_one.ts", {
      under: Deno.uid() === 0
        ? UNSHARE
        : ["sudo", "--non-interactive", "--preserve-env", ...UNSHARE],
    });
    assertEquals([outcome.code, outcome.signal], [143, null], outcome.stderr);
    const messages = sessionOf(outcome.raw);
    assertEquals(logsOf(messages), ["process 1"]);
    assertMatch(closedException(messages).message, /the process got SIGTERM/);
  });
}
