import { assert, assertEquals, assertMatch } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";
import { isAlive, Running } from "../kit/running.ts";

/** What a program printed on stdout besides its first words. */
async function restOf({ child }: Running): Promise<string> {
  return (await Array.fromAsync(child.stdout.pipeThrough(new TextDecoderStream()))).join("");
}

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

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.test(`${runtime}: ${signal} ends a script at once whose first message is not yet delivered`, async () => {
      const args = ["while the first message is sent"];
      await using running = new Running(runtime, "cancelled.ts", { args });
      await running.printed("stdout");
      running.child.kill(signal);
      const { end, took } = await running.end();
      assertEquals([end, await restOf(running)], [signal, ""]);
      assert(took < 5000, `it took ${took} ms`);
    });
  }

  Deno.test(`${runtime}: a script that is cancelled while its context is loaded is not started, where it cannot know of it`, async () => {
    const args = ["while the context is loaded"];
    await using running = new Running(runtime, "cancelled.ts", { args });
    await running.printed("stdout");
    running.child.kill("SIGTERM");
    assertEquals((await running.end()).end, "SIGTERM");
    assertEquals(await restOf(running), "");
    assertMatch(closedException(sessionOf(running.raw)).message, /the process got SIGTERM/);
  });

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
