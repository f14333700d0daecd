import { assertEquals, assertMatch } from "@std/assert";
import { launch } from "../kit/launch.ts";
import { logsOf, messagesAmong } from "../kit/messages.ts";

const TEXT = 'caf\u00e9 \u{1F600} \u2028 \u0085 \\ "';

for (const runtime of ["deno", "bun", "node26"] as const) {
  for (const key of ["stdio", "buffered_stdio"]) {
    for (const stream of ["stdout", "stderr"] as const) {
      Deno.test(`${runtime}: messages on ${stream} (${key}) are ASCII, and read back as they were`, async () => {
        const outcome = await launch(runtime, "log_texts.ts", {
          args: [TEXT],
          messagesParams: { [key]: stream },
        });
        const text = outcome[stream];
        assertMatch(text, /^[\0-\x7f]+$/);
        assertEquals(logsOf(messagesAmong(text)), [TEXT]);
      });
    }
  }
}

Deno.test("a message that Docker would cut is warned of, once, with what to use instead", async () => {
  const fits = 16 * 1024 - 120;
  for (const [lengths, warnings] of [[[fits], 0], [[16_384, 20_000], 1]] as const) {
    const { stderr, code } = await launch("deno", "log_texts.ts", {
      args: lengths.map(String),
      messagesParams: { stdio: "stdout" },
    });
    assertEquals(code, 0);
    assertEquals(
      stderr.match(/Docker cuts a line .* PipesS3MessageWriter/g)?.length ?? 0,
      warnings,
    );
  }
});

Deno.test("more than Dagster sees of a Lambda function's log is warned of, ahead of the messages", async () => {
  for (const [length, isWarned] of [[3000, false], [3600, true]] as const) {
    const { stderr, code } = await launch("deno", "log_texts.ts", {
      args: [String(length)],
      messagesParams: { buffered_stdio: "stderr" },
    });
    assertEquals(code, 0);
    const [first = ""] = stderr.split("\n");
    assertEquals(/the last 4 KB of.* PipesS3MessageWriter/.test(first), isWarned);
    assertEquals(logsOf(messagesAmong(stderr)), ["x".repeat(length)]);
  }
});
