import { assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand, type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launcherCommand } from "../kit/launcher.ts";
import { launch } from "../kit/launch.ts";
import { Running } from "../kit/running.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** What happens to the messages file, and what is said of it. */
const LOSSES: Readonly<Record<string, readonly [act: (path: string) => void, told: RegExp]>> = {
  "removed": [(path) => Deno.removeSync(path), /Messages are lost: .* was removed/],
  // A reader keeps its file open, so that nothing is lost.
  "renamed": [(path) => Deno.renameSync(path, `${path}-renamed`), /^$/],
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
        // It reports without an end.
        if (loss === "renamed" && moment === "while it reports") continue;
        // Deno does not reveal that the file still has a name.
        const isLost = loss !== "renamed" || who.includes("not read");
        const verdict = isLost ? "fails" : "ends well";
        Deno.test(`${runtime}: ${who} ${verdict} whose messages file is ${loss} ${moment}`, async () => {
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
          assertEquals(end, isLost ? 1 : 0, text);
          assertMatch(text, isLost && loss === "renamed" ? LOSSES.removed![1] : told);
        });
      }
    }
  }

  // As PipesK8sClient sets it for containers whose messages it does not read.
  Deno.test(`${runtime}: the null device is a place for messages`, async () => {
    const options = { args: ["before it closes"], messagesParams: { path: "/dev/null" } };
    const allowed = ["--allow-env", "--allow-read=/tmp", "--allow-write=/dev/null"];
    const denied = runtime === "deno" ? [[Deno.execPath(), "run", ...allowed]] : [];
    for (const command of [undefined, ...denied]) {
      const outcome = await launch(runtime, "cancelled.ts", {
        ...options,
        ...(command === undefined ? {} : { command }),
      });
      assertEquals([outcome.code, outcome.stderr], [0, ""]);
    }
  });

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
