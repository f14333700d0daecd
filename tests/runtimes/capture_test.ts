import { assertEquals, assertGreater } from "@std/assert";
import { launch, type Outcome, type RuntimeName } from "./driver.ts";
import { assertOneSession, linesOf, messagesOf } from "./wire.ts";

const AFTER = "after the session\n";

async function printing(
  runtime: RuntimeName,
  what: string,
): Promise<Outcome> {
  const folder = Deno.makeTempDirSync();
  try {
    const outcome = await launch(runtime, "printing.ts", {
      folder,
      args: [what],
      messagesParams: {
        path: `${folder}/messages`,
        include_stdio_in_messages: true,
      },
    });
    assertEquals(outcome.code, 0, outcome.stderr.slice(-2000));
    assertOneSession(messagesOf(outcome.raw));
    return outcome;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function captured({ raw }: Outcome, stream: "stdout" | "stderr"): string {
  return messagesOf(raw)
    .filter(({ method, params }) =>
      method === "log_external_stream" && params.stream === stream
    )
    .map(({ params }) => params.text).join("");
}

/** Whether the numbered lines stand as they were printed: each kind once for each number, and always in the same turn. */
function inOrder(text: string): boolean {
  const lines = text.match(/^(?:log|direct|last|error|bytes) \d+/gm) ?? [];
  const kinds = lines[0]?.startsWith("log")
    ? ["log", "direct", "last"]
    : ["error", "bytes"];
  return lines.length === 20_000 * kinds.length &&
    lines.every((line, i) =>
      line === `${kinds[i % kinds.length]} ${Math.floor(i / kinds.length)}`
    );
}

/**
 * Compares what was captured with what was really printed, byte for byte. Bun lets `console` overtake `process.stdout` where
 * the reader is slow, without a session as well: there the lines have to be the same ones, in whatever order.
 */
function assertSamePrint(
  runtime: RuntimeName,
  text: string,
  printed: string,
): void {
  if (runtime !== "bun") assertEquals(text === printed, true);
  const lines = (all: string): string => all.split("\n").sort().join("\n");
  assertEquals(lines(text) === lines(printed), true);
}

for (const runtime of ["deno", "bun", "node22", "node26"] as const) {
  Deno.test(`${runtime}: 100,000 lines printed in five ways are captured whole and in order`, async () => {
    const outcome = await printing(runtime, "mixed");
    for (
      const [stream, after] of [["stdout", AFTER], ["stderr", ""]] as const
    ) {
      const text = captured(outcome, stream);
      assertGreater(text.split("\n").length, 40_000);
      assertEquals(inOrder(text), true, `${stream} is not in order`);
      assertSamePrint(runtime, text + after, outcome[stream]);
    }
  });

  Deno.test(`${runtime}: 10 MB of UTF-8 cut within characters are captured, in lines of at most a page`, async () => {
    const outcome = await printing(runtime, "bytes");
    assertEquals(captured(outcome, "stdout") + AFTER === outcome.stdout, true);
    assertGreater(outcome.stdout.length, 5_000_000);
    const longest = Math.max(
      ...linesOf(outcome.raw).map((line) =>
        new TextEncoder().encode(line).length
      ),
    );
    assertEquals(longest < 4096, true, `a line of ${longest} bytes`);
  });

  Deno.test(`${runtime}: console messages become log messages, print, and are not captured twice`, async () => {
    const outcome = await printing(runtime, "console");
    const logs = messagesOf(outcome.raw)
      .filter(({ method }) => method === "log")
      .map(({ params }) => `${params.level} ${params.message}`);
    assertEquals(logs.map((log) => log.replace(/\s+/g, " ")), [
      "DEBUG d",
      "INFO l 1",
      "INFO i",
      "WARNING w",
      "ERROR e [ 1 ]",
      "INFO by hand",
    ]);
    assertEquals(captured(outcome, "stdout"), "direct\n");
    assertEquals(captured(outcome, "stderr"), "");
    assertEquals(
      outcome.stdout,
      `d\nl 1\ni\ndirect\n${AFTER}`,
    );
  });
}
