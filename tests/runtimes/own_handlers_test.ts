import { assertEquals, assertMatch } from "@std/assert";
import { type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launch, launchWell } from "../kit/launch.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";

/** Ways to deal with an error, what a script logs of it, and where the way is not there. */
const WAYS: readonly (readonly [string, string, RuntimeName?])[] = [
  ["an error is dealt with", "caught from a timer"],
  ["a rejection is dealt with", "caught from nowhere"],
  ["a handler comes after the session", "caught from a timer"],
  ["a callback takes what is uncaught", "caught from a timer", "deno"],
];

for (const runtime of RUNTIMES) {
  for (const [way, logged, missing] of WAYS) {
    if (runtime === missing) continue;
    Deno.test(`${runtime}: an error that the script deals with does not end the session: ${way}`, async () => {
      const outcome = await launchWell(runtime, "own_handlers.ts", { args: [way] });
      const messages = sessionOf(outcome.raw);
      assertEquals(logsOf(messages), [logged]);
      assertEquals(messages.at(-1)?.params, {});
    });
  }

  Deno.test(`${runtime}: where the script's own handler of errors exits, closed tells the code, and the error if the runtime shows it`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", {
      args: ["an error is printed, and the process exits"],
    });
    assertEquals([outcome.code, outcome.stderr], [4, "from a timer\n"]);
    const messages = sessionOf(outcome.raw);
    const exception = closedException(messages);
    assertMatch(exception.message, /exited with code 4/);
    // Deno does not tell anybody else of an error that is dealt with.
    const cause = runtime === "deno" ? undefined : "RangeError";
    assertEquals(exception.cause?.name, cause);
  });

  Deno.test(`${runtime}: a cancelled script with a listener of its own for the signal does not end with code 0`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", { args: ["a signal is listened to"] });
    // Once as it came, and once as the session is done with it.
    assertEquals(outcome.stdout, "seen 2\n");
    assertEquals([outcome.code, outcome.signal], [143, null]);
    const messages = sessionOf(outcome.raw);
    assertEquals(logsOf(messages), ["cleaned up"]);
    assertMatch(closedException(messages).message, /SIGTERM/);
  });
}

Deno.test("deno: where a session was told as failed, the process fails, whoever forgives the error", async () => {
  const outcome = await launch("deno", "own_handlers.ts", {
    args: ["an error is forgiven in secret"],
  });
  assertEquals(outcome.code, 1, outcome.stderr);
  const messages = sessionOf(outcome.raw);
  assertMatch(closedException(messages).message, /forgiven/);
});
