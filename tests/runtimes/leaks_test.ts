import { assert, assertEquals } from "@std/assert";
import type { Holdings } from "../programs/leaks.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { launch } from "../kit/launch.ts";
import { messagesOf, methodsOf } from "../kit/messages.ts";

const SESSIONS = 1600;

/** By how much the heap may have grown over the last 1,000 sessions: 500 bytes for each. */
const SLACK = 500_000;

/** The collector is called by the program, so that what is left is what is held. */
const COMMANDS: readonly (readonly [RuntimeName, readonly string[]])[] = [
  ["deno", [...runtimeCommand("deno"), "--v8-flags=--expose-gc"]],
  ["bun", runtimeCommand("bun")],
  ["node26", [...runtimeCommand("node26"), "--expose-gc"]],
];

for (const [runtime, command] of COMMANDS) {
  Deno.test(`${runtime}: a thousand sessions leave listeners, descriptors and memory as they were`, async () => {
    const outcome = await launch(runtime, "leaks.ts", { command });
    // One of four fails, though the script handles that.
    assertEquals(outcome.code, 1);
    const { before, warm, after } = JSON.parse(outcome.stdout) as Record<
      "before" | "warm" | "after",
      Holdings
    >;
    const methods = methodsOf(messagesOf(outcome.raw));
    assertEquals(
      ["opened", "closed"].map((name) => methods.filter((method) => method === name).length),
      [SESSIONS, SESSIONS],
    );
    assertEquals(after.listeners, before.listeners);
    assertEquals(after.descriptors, warm.descriptors);
    const grown = after.heap - warm.heap;
    assert(grown < SLACK, `the heap grew by ${grown} bytes`);
  });
}
