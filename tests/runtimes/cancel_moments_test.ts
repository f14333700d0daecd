import { assertEquals, assertMatch } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";
import { isAlive, Running } from "../kit/running.ts";

for (const runtime of RUNTIMES) {
  const moments = [
    ["right after opened", "SIGTERM", []],
    ["during a command", "SIGTERM", ["worked on"]],
    ["during a loop", "SIGINT", ["worked on"]],
  ] as const;
  for (const [moment, signal, logs] of moments) {
    Deno.test(`${runtime}: a cancel is told that comes ${moment}`, async () => {
      const outcome = await launch(runtime, "cancelled.ts", { args: [moment] });
      const messages = sessionOf(outcome.raw);
      assertMatch(closedException(messages).message, new RegExp(`the process got ${signal}`));
      assertEquals([outcome.signal, logsOf(messages)], [signal, [...logs]]);
    });
  }

  Deno.test(`${runtime}: a script that waits for nothing but its cancel goes on waiting`, async () => {
    await using running = new Running(runtime, "cancelled.ts", {
      args: ["waiting for nothing else"],
    });
    await running.printed("stdout");
    // An event loop that runs empty would have ended it by now.
    await new Promise((resolve) => setTimeout(resolve, 300));
    assertEquals(isAlive(running.child.pid), true);
    running.child.kill("SIGTERM");
    assertEquals((await running.end()).end, "SIGTERM");
    const messages = sessionOf(running.raw);
    assertEquals(logsOf(messages), ["cleaned up"]);
    assertMatch(closedException(messages).message, /the process got SIGTERM/);
  });

  // Bun and Deno differ in what they do about an await that nothing settles: no listener is left.
  if (runtime === "bun" || runtime === "deno") continue;
  Deno.test(`${runtime}: where nobody listens for the cancel, an empty event loop is told`, async () => {
    const { code, raw } = await launch(runtime, "cancelled.ts", {
      args: ["waiting, and heard no more"],
    });
    assertEquals(code !== 0, true);
    assertMatch(closedException(sessionOf(raw)).message, /event loop ran empty/);
  });
}
