import { assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand, type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launcherCommand } from "../kit/launcher.ts";
import { Running } from "../kit/running.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** What happens to the messages file, and what is said of it. */
const LOSSES: Readonly<Record<string, readonly [act: (path: string) => void, told: RegExp]>> = {
  "removed": [(path) => Deno.removeSync(path), /Messages are lost: .* was removed/],
  "cut": [(path) => Deno.truncateSync(path, 10), /Messages are lost: .* was cut to \d+ bytes/],
};

/** What loses its messages, besides each runtime: with less, and under the launcher. */
const SETUPS: Readonly<Record<string, (runtime: RuntimeName, folder: string) => string[]>> = {
  "a session": (runtime) => runtimeCommand(runtime),
  "a session that may write and not read": (_, folder) => [
    Deno.execPath(),
    "run",
    `--allow-read=${folder}/context`,
    `--allow-env`,
    `--allow-write=${folder}/messages`,
  ],
  "the launcher": (runtime) => [...launcherCommand(runtime), ...runtimeCommand(runtime)],
};

for (const runtime of RUNTIMES) {
  for (const [who, commandOf] of Object.entries(SETUPS)) {
    if (who.includes("not read") && runtime !== "deno") continue;
    for (const [loss, [act, told]] of Object.entries(LOSSES)) {
      for (const moment of ["while it reports", "before it closes"]) {
        // The command of a launcher goes on: its work may count without what it says of it.
        if (who === "the launcher" && moment === "while it reports") continue;
        Deno.test(`${runtime}: ${who} fails whose messages file is ${loss} ${moment}`, async () => {
          using folder = new TempFolder();
          await using running = new Running(runtime, "cancelled.ts", {
            folder,
            args: [moment],
            command: commandOf(runtime, folder.path),
          });
          await running.printed("stdout");
          act(`${folder.path}/messages`);
          const [{ end }, text] = await Promise.all([
            running.end(),
            new Response(running.child.stderr).text(),
          ]);
          assertEquals(end, 1, text);
          assertMatch(text, told);
        });
      }
    }
  }

  Deno.test(`${runtime}: a session on stdout fails where that is closed`, async () => {
    await using running = new Running(runtime, "cancelled.ts", {
      args: ["before it closes"],
      messagesParams: { stdio: "stdout" },
      under: ["sh", "-c", 'exec "$@" >&-', "sh"],
    });
    const text = await new Response(running.child.stderr).text();
    assertEquals((await running.end()).end, 1);
    assertMatch(text, /Messages are lost: stdout leads nowhere/);
  });

  Deno.test(`${runtime}: a session on stdout fails whose reader goes`, async () => {
    await using running = new Running(runtime, "cancelled.ts", {
      args: ["while it reports"],
      messagesParams: { stdio: "stdout" },
    });
    await running.printed("stdout");
    await running.child.stdout.cancel();
    const text = await new Response(running.child.stderr).text();
    assertEquals((await running.end()).end, 1);
    assertMatch(text, /messages_unavailable: Cannot write a message to stdout.*pipe/);
  });
}
