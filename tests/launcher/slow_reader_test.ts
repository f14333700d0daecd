import { assert, assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { startShell } from "../kit/launcher.ts";
import { closedException, logsOf, messagesOf, sessionOf } from "../kit/messages.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { until } from "../kit/running.ts";

for (const runtime of ["deno", "bun", "node26"] as const) {
  const RUN = [...runtimeCommand(runtime), `${PROGRAMS_DIR}/ending.ts`].join(" ");

  Deno.test(`${runtime}: where nobody reads what the launcher copies, the cut-off comes and messages go on`, async () => {
    await using running = startShell(runtime, "yes & $RUN returns; wait", {
      flags: ["--timeout", "2.5", "--grace", "0.5"],
      env: { RUN },
    });
    await until("a message", () => logsOf(messagesOf(running.raw)).includes("working"));
    const { end, took } = await running.end();
    assertEquals(end, 124);
    assert(took < 8000, `${took} ms`);
    assertMatch(closedException(sessionOf(running.raw)).message, /cut off after 2.5 s/);
  });

  Deno.test(`${runtime}: where nobody reads what the launcher copies, SIGTERM ends it`, async () => {
    await using running = startShell(runtime, "echo $$ >&2; exec yes", {
      flags: ["--grace", "0.5"],
    });
    // The command runs, and then fills the pipes.
    await running.printed("stderr");
    running.child.kill("SIGTERM");
    const { end, took } = await running.end();
    assertEquals(end, "SIGTERM");
    assert(took < 5000, `${took} ms`);
    assertMatch(closedException(sessionOf(running.raw)).message, /cancelled by SIGTERM/);
  });

  Deno.test(`${runtime}: a slow reader of what the launcher copies gets all of it, in order`, async () => {
    await using running = startShell(runtime, "seq 1 200000; echo end >&2");
    const texts: string[] = [];
    const decoder = new TextDecoder();
    for await (const bytes of running.child.stdout) {
      texts.push(decoder.decode(bytes));
      if (texts.length % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { end } = await running.end();
    assertEquals(end, 0);
    const lines = texts.join("").trimEnd().split("\n");
    assertEquals(lines.length, 200_000);
    assertEquals(lines.findIndex((line, i) => line !== String(i + 1)), -1);
    assertEquals(sessionOf(running.raw).at(-1)?.params, {});
  });
}
