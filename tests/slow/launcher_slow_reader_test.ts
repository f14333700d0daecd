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

  for (const stream of ["stdout", "stderr"] as const) {
    // Events of sessions, and lines of output that become log messages.
    const script = `for i in 1 2 3 4 5 6 7 8; do $RUN returns; done & exec yes >&2`;
    const options = {
      messagesParams: { stdio: stream },
      env: { RUN },
      around: ["sh", "-c", stream === "stdout" ? '"$@" 2> /dev/null' : '"$@" > /dev/null', "sh"],
    };
    const flags = ["--grace", "0.5", "--log", "stderr=INFO"];

    Deno.test(`${runtime}: where nobody reads messages from ${stream}, the cut-off comes`, async () => {
      await using running = startShell(runtime, script, {
        ...options,
        flags: [...flags, "--timeout", "1.5"],
      });
      const { took } = await running.end();
      assert(took < 12_000, `${took} ms`);
    });

    Deno.test(`${runtime}: where nobody reads messages from ${stream}, SIGTERM ends the launcher`, async () => {
      await using running = startShell(runtime, script, {
        ...options,
        flags,
        around: ["sh", "-c", `exec ${options.around[2]}`, "sh"],
      });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      running.child.kill("SIGTERM");
      const { took } = await running.end();
      assert(took < 9000, `${took} ms`);
    });
  }

  Deno.test(`${runtime}: a slow reader of messages on a stream gets all of them, in order`, async () => {
    await using running = startShell(runtime, "seq 1 100000 >&2", {
      messagesParams: { stdio: "stdout" },
      flags: ["--log", "stderr=INFO"],
      around: ["sh", "-c", 'exec "$@" 2> /dev/null', "sh"],
    });
    const texts: string[] = [];
    const decoder = new TextDecoder();
    for await (const bytes of running.child.stdout) {
      texts.push(decoder.decode(bytes));
      if (texts.length % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assertEquals((await running.end()).end, 0);
    const session = sessionOf(texts.join(""));
    const lines = logsOf(session).flatMap((log) => log.split("\n"));
    assertEquals(lines.length, 100_000);
    assertEquals(lines.findIndex((line, i) => line !== String(i + 1)), -1);
  });
}
