import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, launchWell } from "../kit/launch.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: a worker may not open a session, and writes nothing into that of the main thread`, async () => {
    const refused = await launch(runtime, "workers.ts", { args: ["opens"] });
    assertEquals([refused.code, refused.raw], [1, ""]);
    assertStringIncludes(refused.stderr, "Cannot open a session in a worker");
    const args = ["opens beside the main thread"];
    const messages = sessionOf((await launchWell(runtime, "workers.ts", { args })).raw);
    assertEquals(logsOf(messages), ["refused: unsupported"]);
    assertEquals(messages.at(-1)?.params, {});
  });

  Deno.test(`${runtime}: a worker may open a session that leaves signals to it`, async () => {
    const args = ["opens with signals left to it"];
    const messages = sessionOf((await launchWell(runtime, "workers.ts", { args })).raw);
    assertEquals(logsOf(messages), ["from a worker"]);
    assertEquals(messages.at(-1)?.params, {});
  });
}

/** What ends the process, and with it the session: an error of a worker that nobody catches. */
const FATAL = [
  ["deno", "fails in a web worker"],
  ["bun", "fails in a thread"],
  ["node22", "fails in a thread"],
  ["node24", "fails in a thread"],
  ["node26", "fails in a thread"],
] as const;

for (const [runtime, how] of FATAL) {
  Deno.test(`${runtime}: an error of a worker that nobody catches is told with its message`, async () => {
    const outcome = await launch(runtime, "workers.ts", { args: [how] });
    assertEquals(outcome.code, 1);
    assertMatch(closedException(sessionOf(outcome.raw)).message, /RangeError: from a worker$/);
  });
}

for (const [runtime, how] of [["deno", FATAL[1][1]], ["bun", FATAL[0][1]]] as const) {
  Deno.test(`${runtime}: an error of a worker that does not end the process does not end the session: it ${how}`, async () => {
    const outcome = await launchWell(runtime, "workers.ts", { args: [how] });
    assertEquals(sessionOf(outcome.raw).at(-1)?.params, {});
  });
}
