import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import {
  assertOneSession,
  closedException,
  linesOf,
  logsOf,
  messagesOf,
  methodsOf,
  sessionOf,
} from "../kit/messages.ts";

/** What the program printed last. */
function printed(outcome: Outcome): Record<string, unknown> {
  return JSON.parse(outcome.stdout.trim().split("\n").at(-1) ?? "") as Record<string, unknown>;
}

function succeeded(outcome: Outcome): Record<string, unknown> {
  assertEquals(outcome.code, 0, outcome.stderr);
  assertEquals(outcome.stderr, "");
  return printed(outcome);
}

for (const runtime of RUNTIMES) {
  const session = (...args: string[]): Promise<Outcome> => launch(runtime, "session.ts", { args });

  Deno.test(`${runtime}: the function's value comes back, and the lines are opened, its own, closed`, async () => {
    const outcome = await session("returns");
    assertEquals(succeeded(outcome), { answer: 42 });
    assertEquals(linesOf(outcome.raw), [
      '{"__dagster_pipes_version":"0.1","method":"opened","params":{"extras":{}}}',
      '{"__dagster_pipes_version":"0.1","method":"log","params":{"message":"one","level":"INFO"}}',
      '{"__dagster_pipes_version":"0.1","method":"closed","params":{}}',
    ]);
  });

  Deno.test(`${runtime}: options may come first, and a promise's value comes back`, async () => {
    const outcome = await session("resolves");
    assertEquals(succeeded(outcome), "later" as unknown);
    assertOneSession(messagesOf(outcome.raw));
  });

  Deno.test(`${runtime}: whatever is thrown, closed carries it and the process fails`, async () => {
    const expected: Record<string, string> = {
      "an Error": "outer failure",
      "a string": "plain failure",
      "null": "null",
      "undefined": "undefined",
      "an object": "an odd one",
    };
    for (const [what, text] of Object.entries(expected)) {
      const outcome = await session("throws", what);
      assert(outcome.code !== 0, `exit code 0 after ${what}`);
      assertEquals(outcome.signal, null);
      const messages = sessionOf(outcome.raw);
      assertEquals(logsOf(messages), ["before"]);
      assertStringIncludes(closedException(messages).message, text);
    }
  });

  Deno.test(`${runtime}: a session inside a session shares it, and only the outer one closes`, async () => {
    const outcome = await session("nested");
    assertEquals(succeeded(outcome), { same: true, open: true, rethrown: true });
    const messages = sessionOf(outcome.raw);
    assertEquals(logsOf(messages), ["inside", "after"]);
    assertEquals(messages.at(-1)?.params, {});
  });

  Deno.test(`${runtime}: opens that overlap share one session`, async () => {
    const outcome = await session("overlapping");
    assertEquals(succeeded(outcome), { shared: true, closed: true });
    const messages = sessionOf(outcome.raw);
    assertEquals(logsOf(messages), ["long"]);
  });

  Deno.test(`${runtime}: a second open with other options is an error, and the session goes on`, async () => {
    const outcome = await session("other options");
    const { same, grace, loader, inner, open } = succeeded(outcome);
    assertEquals([same, open], [true, true]);
    for (
      const error of [grace, loader, inner] as {
        name: string;
        message: string;
      }[]
    ) {
      assertEquals(error.name, "DagsterPipesError");
      assertMatch(error.message, /graceSeconds|paramsLoader/);
    }
    assertOneSession(messagesOf(outcome.raw));
  });

  Deno.test(`${runtime}: a session may be opened again after it closed`, async () => {
    const outcome = await session("again");
    // The third failed, though the script handles that.
    assertEquals(outcome.code, 1);
    assertEquals(printed(outcome), { different: true, closed: true, third: "failed" });
    const messages = messagesOf(outcome.raw);
    assertEquals(methodsOf(messages), ["opened", "closed", "opened", "closed", "opened", "closed"]);
    assertEquals(messages[1]?.params, {});
    assertStringIncludes(closedException(messages).message, "third");
  });

  Deno.test(`${runtime}: close() counts once, and every report after it is refused`, async () => {
    const outcome = await session("close twice");
    const { before, after, ...refused } = succeeded(outcome);
    assertEquals([before, after], [false, true]);
    assertEquals(Object.keys(refused), ["log", "report", "custom"]);
    for (
      const error of Object.values(refused) as {
        name: string;
        message: string;
      }[]
    ) {
      assertEquals(error.name, "DagsterPipesError");
      assertMatch(error.message, /closed/);
    }
    assertEquals(messagesOf(outcome.raw).map(({ params }) => params), [{ extras: {} }, {}]);
  });

  Deno.test(`${runtime}: close(undefined) and close(error) are failed ends, and leave the exit code alone`, async () => {
    const unknown = await session("close with undefined");
    assertEquals(unknown.code, 0, unknown.stderr);
    assertStringIncludes(closedException(messagesOf(unknown.raw)).message, "undefined");
    const known = await session("close with an error");
    assertEquals(known.code, 0, known.stderr);
    const exception = closedException(messagesOf(known.raw));
    assertEquals(exception.name, "RangeError");
    assertStringIncludes(exception.message, "told by hand");
  });

  Deno.test(`${runtime}: a scope left without close() is closed with an exception, and exit code 1`, async () => {
    const outcome = await session("scope left");
    assertEquals(outcome.code, 1, outcome.stderr);
    assertEquals(printed(outcome), { closed: true });
    const messages = sessionOf(outcome.raw);
    const exception = closedException(messages);
    assertEquals(exception.name, "DagsterPipesError");
    assertMatch(exception.message, /close\(\)/);
  });

  Deno.test(`${runtime}: a scope left is told even where another session was inside it`, async () => {
    const outcome = await session("scope left around others");
    assertEquals(outcome.code, 1, outcome.stderr);
    assertEquals(printed(outcome), { closed: true });
    const messages = sessionOf(outcome.raw);
    assertMatch(closedException(messages).message, /close\(\)/);
  });

  Deno.test(`${runtime}: leaving the scope after close() adds nothing`, async () => {
    const outcome = await session("scope left after close");
    assertEquals(succeeded(outcome), { closed: true });
    assertEquals(messagesOf(outcome.raw).at(-1)?.params, {});
    assertOneSession(messagesOf(outcome.raw));
  });

  Deno.test(`${runtime}: a session opened by hand inside another is closed by the outer one`, async () => {
    const outcome = await session("inner scope left");
    assertEquals(succeeded(outcome), { same: true });
    const messages = sessionOf(outcome.raw);
    assertEquals(messages.at(-1)?.params, {});
  });

  Deno.test(`${runtime}: a report that the step may not make fails the script, and closed carries it`, async () => {
    const cases: Record<string, [RegExp, string[]]> = {
      "unknown asset": [/not_mine/, []],
      "second materialization": [/orders/, ["report_asset_materialization"]],
      "second check result": [/whole/, ["report_asset_check", "report_asset_check"]],
    };
    for (const [name, [reason, written]] of Object.entries(cases)) {
      const outcome = await session(name);
      assert(outcome.code !== 0, `exit code 0 after ${name}`);
      assertMatch(outcome.stderr, /DagsterPipesError/);
      assertMatch(outcome.stderr, reason);
      const messages = messagesOf(outcome.raw);
      assertEquals(methodsOf(messages), ["opened", ...written, "closed"]);
      assertMatch(closedException(messages).message, reason);
    }
  });

  Deno.test(`${runtime}: a report after the session closed fails the script, and adds no line`, async () => {
    const outcome = await session("report after close");
    assert(outcome.code !== 0);
    assertMatch(outcome.stderr, /DagsterPipesError.*closed/);
    assertEquals(methodsOf(messagesOf(outcome.raw)), ["opened", "closed"]);
  });

  Deno.test(`${runtime}: a platform that refuses signals opens a session all the same`, async () => {
    const outcome = await session("without signals");
    assertEquals(succeeded(outcome), { aborted: false });
    assertOneSession(messagesOf(outcome.raw));
  });

  Deno.test(`${runtime}: an exit while the context loads is told as one after that`, async () => {
    const outcome = await session("exit while the context loads");
    assertEquals(outcome.code, 3);
    const messages = sessionOf(outcome.raw);
    assertStringIncludes(
      closedException(messages).message,
      "The process exited with code 3 before its session with Dagster was closed",
    );
  });

  Deno.test(`${runtime}: a cancel while the context loads ends by the signal, at once where no script can know of it`, async () => {
    const outcome = await session("signal while the context loads");
    assertEquals(outcome.signal, "SIGTERM");
    const messages = sessionOf(outcome.raw);
    assertEquals(logsOf(messages), []);
    assertStringIncludes(closedException(messages).message, "SIGTERM");
  });

  Deno.test(`${runtime}: a channel that somebody wrapped gets every message`, async () => {
    const outcome = await session("wrapped channels");
    assertEquals(succeeded(outcome), { spread: 3, patched: 3 });
    assertEquals(logsOf(messagesOf(outcome.raw)), ["spread", "patched"]);
  });

  for (
    const name of [
      "a channel that never closes",
      "an exit while the channel closes",
      "an exit on a full disk",
    ]
  ) {
    Deno.test(`${runtime}: a process that ends before its messages are sent fails, and says so: ${name}`, async () => {
      const outcome = await session(name);
      assertEquals(outcome.code, 1, outcome.stdout);
      assertStringIncludes(outcome.stderr, "Cannot report to Dagster how the session ended");
    });
  }

  Deno.test(`${runtime}: where Dagster could not be told of an exception, the process fails, whoever catches it`, async () => {
    const outcome = await session("an error is caught that could not be told");
    assertEquals(outcome.code, 1);
    assertEquals(printed(outcome), { caught: "mine" });
    assertStringIncludes(
      outcome.stderr,
      "Cannot report the exception to Dagster: Error: no way out",
    );
  });

  Deno.test(`${runtime}: an error that closes the session when it is looked at is told all the same`, async () => {
    const outcome = await session("an error closes when it is looked at");
    assertEquals(outcome.code, 1);
    const messages = sessionOf(outcome.raw);
    assertStringIncludes(closedException(messages).message, "mine");
  });

  Deno.test(`${runtime}: where the grace is over while the context loads, the process ends, though it listens to the signal`, async () => {
    const { code, signal, stdout, raw } = await session("grace over while the context loads");
    // Deno does not let go of a listener of somebody else.
    assertEquals([signal ?? code, stdout], [runtime === "deno" ? 143 : "SIGTERM", ""]);
    assertMatch(closedException(sessionOf(raw)).message, /SIGTERM/);
  });
}
