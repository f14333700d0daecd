import { assertEquals, assertMatch } from "@std/assert";
import { launch, RUNTIMES } from "./driver.ts";
import {
  assertOneSession,
  closedException,
  logsOf,
  messagesOf,
} from "./wire.ts";

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: an error that the script's own handler deals with does not end the session`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", {
      args: ["an error is dealt with"],
    });
    assertEquals(outcome.code, 0, outcome.stderr);
    const messages = messagesOf(outcome.raw);
    assertOneSession(messages);
    assertEquals(logsOf(messages), ["caught from a timer"]);
    assertEquals(messages.at(-1)?.params, {});
  });

  Deno.test(`${runtime}: where the script's own handler of errors exits, closed tells the code, and the error if the runtime shows it`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", {
      args: ["an error is printed, and the process exits"],
    });
    assertEquals([outcome.code, outcome.stderr], [4, "from a timer\n"]);
    const messages = messagesOf(outcome.raw);
    assertOneSession(messages);
    const exception = closedException(messages);
    assertMatch(exception.message, /exited with code 4/);
    // Deno does not tell anybody else of an error that is dealt with.
    const cause = runtime === "deno" ? undefined : "RangeError";
    assertEquals(exception.cause?.name, cause);
  });

  Deno.test(`${runtime}: a cancelled script with a listener of its own for the signal does not end with code 0`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", {
      args: ["a signal is listened to"],
    });
    // Once as it came, and once as the session is done with it.
    assertEquals(outcome.stdout, "seen 2\n");
    assertEquals([outcome.code, outcome.signal], [143, null]);
    const messages = messagesOf(outcome.raw);
    assertOneSession(messages);
    assertEquals(logsOf(messages), ["cleaned up"]);
    assertMatch(closedException(messages).message, /SIGTERM/);
  });
}
