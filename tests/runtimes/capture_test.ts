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

for (const runtime of ["deno", "bun", "node22", "node26"] as const) {
  Deno.test(`${runtime}: 100,000 lines printed in five ways are captured, byte for byte`, async () => {
    const outcome = await printing(runtime, "mixed");
    assertGreater(outcome.stdout.split("\n").length, 60_000);
    assertEquals(captured(outcome, "stdout") + AFTER === outcome.stdout, true);
    assertGreater(outcome.stderr.split("\n").length, 40_000);
    assertEquals(captured(outcome, "stderr") === outcome.stderr, true);
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
