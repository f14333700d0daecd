import { assert, assertEquals, assertMatch } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { assertOneSession, closedException, messagesOf, sessionOf } from "../kit/messages.ts";
import { Running, until } from "../kit/running.ts";

/** Ends on which the runtime prints something, or nothing, of its own, and picks the exit code. */
const ENDS: readonly string[] = [
  "return",
  "throw an Error",
  "throw a string",
  "rejection",
  "unhandled rejection",
  "throw in a timer",
  "process.exit(3)",
];

/**
 * What a runtime printed, without the frames of the stack: those of the library come and go with
 * it.
 */
function withoutFrames(stderr: string): string[] {
  return stderr.split("\n").filter((line) => !/^\s+at /.test(line));
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: what the runtime prints of an error, and its exit code, are those of a script without the library`, async () => {
    const run = (...args: string[]): Promise<Outcome> =>
      launch(runtime, "dagster/ends.ts", { args });
    for (const how of ENDS) {
      const [alone, bare] = await Promise.all([run(how), run(how, "bare")]);
      assertEquals(
        [alone.code, alone.signal, alone.stdout, withoutFrames(alone.stderr)],
        [bare.code, bare.signal, bare.stdout, withoutFrames(bare.stderr)],
        how,
      );
      assertOneSession(messagesOf(alone.raw));
      assertEquals(bare.raw, "", how);
    }
  });
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: an exit with code 0 before the session is closed ends with 1`, async () => {
    const ends = ["process.exit(0)", ...(runtime === "deno" ? ["Deno.exit(0)"] : [])];
    for (const how of ends) {
      const outcome = await launch(runtime, "dagster/ends.ts", { args: [how] });
      assertEquals([outcome.code, outcome.signal], [1, null], how);
      assertOneSession(messagesOf(outcome.raw));
    }
  });
}

/** What a script does with an error of its session, and the exit code that it ends with. */
const FAILURES: Readonly<Record<string, number>> = {
  "throw, caught and printed": 1,
  "throw, finally exit()": 1,
  "throw, a listener takes the rejection": 1,
  "throw, exit(0) in a listener of exit": 1,
  "throw, caught, then exit(0)": 0,
  "throw, caught, then exit(4)": 4,
};

/** What a script does about SIGTERM, how it ends, and how many seconds that takes. */
const CANCELS: Readonly<
  Record<string, readonly [end: number | "SIGTERM", from: number, to: number]>
> = {
  "SIGINT, no reaction": ["SIGTERM", 0, 0.5],
  "SIGINT, no reaction in Deno's way": ["SIGTERM", 0, 0.5],
  "SIGTERM, a handler cleans up, then exit(0)": [143, 0.5, 2],
  "SIGTERM, a handler sets exit code 0": [143, 0, 2],
  "SIGTERM, a handler of its own, then exit(0) after the close": [143, 0, 2],
  "SIGTERM, a handler of once cleans up": [143, 0.5, 2],
  "SIGTERM, a later handler cleans up, and raises it again": ["SIGTERM", 0.5, 2],
  "SIGTERM, a handler cleans up, and the work throws": [143, 0.5, 2],
  "SIGTERM, a handler cleans up if it is the last": ["SIGTERM", 0.8, 2],
  "SIGTERM, a handler never ends": ["SIGTERM", 0.8, 2],
};

Deno.test("deno: a top-level await that never settles ends as without a session, if signals are left to Deno", async () => {
  const how = "never-settling top-level await";
  const outcome = await launch("deno", "dagster/ends.ts", { args: [how, "without signals"] });
  assertEquals(outcome.code, 1);
  assertMatch(outcome.stderr, /Top-level await promise never resolved/);
});

for (const runtime of RUNTIMES) {
  for (const [how, code] of Object.entries(FAILURES)) {
    Deno.test(`${runtime}: a failed session ends with exit code ${code}: ${how}`, async () => {
      const outcome = await launch(runtime, "dagster/ends.ts", { args: [how] });
      assertEquals([outcome.code, outcome.signal], [code, null], outcome.stderr);
      assertEquals(closedException(sessionOf(outcome.raw)).message, "RangeError: thrown");
    });
  }

  for (const [how, [end, from, to]] of Object.entries(CANCELS)) {
    Deno.test(`${runtime}: a cancelled script ends with ${end}: ${how}`, async () => {
      await using running = new Running(runtime, "dagster/ends.ts", { args: [how] });
      await until("it is ready", () => running.raw.includes("ready"));
      running.child.kill("SIGTERM");
      const [ended, printed] = await Promise.all([
        running.end(),
        new Response(running.child.stdout).text(),
      ]);
      const isKept = runtime === "deno" && how.endsWith("never ends");
      // Most runtimes have an exit code of their own for an error that is not caught.
      const isError = runtime !== "bun" && how.endsWith("throws");
      assertEquals(ended.end, isKept ? 143 : isError ? 1 : end);
      const seconds = ended.took / 1000;
      assert(seconds >= from && seconds < to, `${seconds} s`);
      assertEquals(printed, how.includes("cleans up") ? "cleaned up\n" : "");
      assertMatch(closedException(sessionOf(running.raw)).message, /the process got SIGTERM/);
    });
  }
}
