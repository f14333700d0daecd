import { assertEquals } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { assertOneSession, messagesOf } from "../kit/messages.ts";

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
