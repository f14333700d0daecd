import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runtimeCommand, type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launch, launchWell } from "../kit/launch.ts";
import { closedException, logsOf, messagesOf, sessionOf } from "../kit/messages.ts";

/** Ways to deal with an error, what a script logs of it, and where the way is not there. */
const WAYS: readonly (readonly [string, string, RuntimeName?])[] = [
  // Bun leaves what is thrown in a timer to no domain.
  ["a domain takes it", "caught from a timer", "bun"],
  ["an error is dealt with", "caught from a timer"],
  ["a rejection is dealt with", "caught from nowhere"],
  ["a handler comes after the session", "caught from a timer"],
  ["a callback takes what is uncaught", "caught from a timer"],
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

  for (
    const [way, printed] of [
      ["an error is printed, and the process exits", "from a timer\n"],
      ["a rejection is taken, and the process exits", ""],
      ["a handler of errors exits", ""],
    ] as const
  ) {
    Deno.test(`${runtime}: where the script's own handler exits, closed tells the code and the error: ${way}`, async () => {
      const outcome = await launch(runtime, "own_handlers.ts", { args: [way] });
      assertEquals([outcome.code, outcome.stderr], [4, printed]);
      const exception = closedException(sessionOf(outcome.raw));
      assertMatch(exception.message, /exited with code 4/);
      // What Deno hands to a handler that was there before the session, nobody else is told of.
      const isUnseen = runtime === "deno" && way.startsWith("an error is printed");
      assertEquals(exception.cause?.name, isUnseen ? undefined : "RangeError");
    });
  }

  Deno.test(`${runtime}: where an error is taken, and the event loop then runs empty, closed tells both`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", {
      args: ["an error is taken, and nothing is left to do"],
    });
    assertEquals(outcome.code, 1, outcome.stderr);
    const exception = closedException(sessionOf(outcome.raw));
    assertMatch(exception.message, /event loop ran empty/);
    assertEquals(exception.cause?.message, "RangeError: from a timer");
  });

  for (
    const way of [
      "a listener from before the session exits again",
      "it exits without an event",
      "it exits without its listeners",
    ]
  ) {
    Deno.test(`${runtime}: an exit past what listens to exits is told, and is a failure: ${way}`, async () => {
      const outcome = await launch(runtime, "own_handlers.ts", { args: [way] });
      assertEquals(outcome.code, 1, outcome.stderr);
      assertMatch(closedException(sessionOf(outcome.raw)).message, /exited with code 0/);
    });
  }

  for (
    const [way, error] of [
      ["a handler of rejections throws", "RangeError: from nowhere"],
      ["a handler of errors throws", "TypeError: thrown again"],
    ] as const
  ) {
    Deno.test(`${runtime}: where the script's own handler throws, closed tells it, and the runtime ends the process: ${way}`, async () => {
      const outcome = await launch(runtime, "own_handlers.ts", { args: [way] });
      const isOfErrors = way === "a handler of errors throws";
      assertEquals(outcome.code, isOfErrors && runtime !== "deno" ? 7 : 1);
      assertStringIncludes(outcome.stderr, error.replace(/^.*: /, ""));
      const exception = closedException(sessionOf(outcome.raw));
      // Bun shows what the handler got, and not what it threw.
      if (runtime === "bun" && isOfErrors) assertEquals(exception.cause?.name, "RangeError");
      else assertStringIncludes(exception.message, error);
    });
  }

  Deno.test(`${runtime}: the script may put another process in the place of the runtime's`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", {
      args: ["there is another process"],
    });
    assertEquals(outcome.code, 1);
    assertStringIncludes(outcome.stderr, "from a timer");
    assert(!outcome.stderr.includes("TypeError"), outcome.stderr);
    assertEquals(closedException(sessionOf(outcome.raw)).message, "RangeError: from a timer");
  });

  Deno.test(`${runtime}: an event loop is not empty while a listener of the script finds it work`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", {
      args: ["work is found when there is none"],
    });
    assertEquals(outcome.code, 5, outcome.stderr);
    const messages = sessionOf(outcome.raw);
    assertEquals(logsOf(messages), ["2 left", "1 left", "0 left"]);
    assertMatch(closedException(messages).message, /exited with code 5/);
  });

  Deno.test(`${runtime}: a cancelled script with a listener of its own for the signal does not end with code 0`, async () => {
    const outcome = await launch(runtime, "own_handlers.ts", { args: ["a signal is listened to"] });
    assertEquals(outcome.stdout, "seen 1\n");
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

for (const runtime of RUNTIMES.filter((name) => name !== "deno")) {
  for (const [mode, goesOn] of [["none", true], ["warn", true], ["throw", false]] as const) {
    Deno.test(`${runtime}: --unhandled-rejections=${mode} says what becomes of a rejection, and of its session`, async () => {
      const [binary = ""] = runtimeCommand(runtime);
      const outcome = await launch(runtime, "own_handlers.ts", {
        args: ["a rejection that nobody takes"],
        command: [binary, `--unhandled-rejections=${mode}`],
      });
      assertEquals(outcome.code, goesOn ? 0 : 1, outcome.stderr);
      const messages = sessionOf(outcome.raw);
      assertEquals(logsOf(messages), goesOn ? ["went on"] : []);
      const { exception } = messages.at(-1)?.params ?? {};
      assertEquals(exception === undefined, goesOn);
    });
  }
}

/** Ends of the script's own making that nothing tells of, as `docs/ends.md` says. */
const UNSEEN: readonly (readonly [string, readonly RuntimeName[]])[] = [
  ["a handler from before the session throws", ["deno"]],
  ["a callback throws what it takes", ["deno", "node22", "node24", "node26"]],
  ["its listeners are removed, and it throws", RUNTIMES.filter((name) => name.startsWith("node"))],
  ["another program takes its place", RUNTIMES.filter((name) => name !== "deno")],
  ["a signal comes that is no cancel", RUNTIMES],
];

for (const [way, runtimes] of UNSEEN) {
  for (const runtime of RUNTIMES) {
    const isUnseen = runtimes.includes(runtime);
    Deno.test(`${runtime}: ${way}, which ${isUnseen ? "nothing tells of" : "is told"}, and the process fails`, async () => {
      const outcome = await launch(runtime, "own_handlers.ts", { args: [way] });
      assert(outcome.code !== 0);
      assertEquals(messagesOf(outcome.raw).some(({ method }) => method === "closed"), !isUnseen);
    });
  }
}
