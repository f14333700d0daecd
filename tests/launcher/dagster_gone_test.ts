import { assert, assertEquals, assertMatch } from "@std/assert";
import { startShell } from "../kit/launcher.ts";
import { closedException, sessionOf } from "../kit/messages.ts";
import { encodeParams } from "../kit/params.ts";
import { isAlive, type Running, until } from "../kit/running.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** Shells that start a launcher as Dagster does: the variable is new in their children. */
const STARTERS: Readonly<Record<string, string>> = {
  "alone": 'DAGSTER_PIPES_MESSAGES=$MESSAGES "$@" & wait',
  "by a shell that waits for it": `DAGSTER_PIPES_MESSAGES=$MESSAGES sh -c '"$@"; :' sh "$@" & wait`,
  "by two shells":
    `DAGSTER_PIPES_MESSAGES=$MESSAGES sh -c 'sh -c "\\"\\$@\\"; :" sh "$@"; :' sh "$@" &
    wait`,
};

for (const runtime of ["deno", "bun", "node26"] as const) {
  /** Starts a launcher below a shell that stands for Dagster. */
  const start = (folder: TempFolder, starter: string, script: string): Running =>
    startShell(runtime, script, {
      folder,
      around: ["sh", "-c", starter, "sh"],
      messagesVariable: null,
      env: { MESSAGES: encodeParams({ path: `${folder.path}/messages` }) },
      flags: ["--grace", "1"],
    });

  for (const [how, starter] of Object.entries(STARTERS)) {
    Deno.test(`${runtime}: a launcher that Dagster started ${how} ends its command soon after the SIGKILL of Dagster`, async () => {
      using folder = new TempFolder();
      const script = `trap "" TERM; echo $$ > ${folder.path}/pid; echo $PPID > ${folder.path}/own
        while :; do sleep 0.1; done`;
      await using running = start(folder, starter, script);
      await until("the command", () => /^\d+\n$/.test(readIn(folder, "own")));
      const pids = ["pid", "own"].map((name) => Number(folder.read(name)));
      running.child.kill("SIGKILL");
      const killed = Date.now();
      await until("the end of the launcher", () => !pids.some(isAlive));
      assert(Date.now() - killed < 6000, `${Date.now() - killed} ms`);
      const { message } = closedException(sessionOf(running.raw));
      assertMatch(message, /was cancelled by the end of the process that started the launcher/);
    });
  }

  Deno.test(`${runtime}: a launcher whose parent is gone from the start runs its command to the end`, async () => {
    using folder = new TempFolder();
    const starter = 'DAGSTER_PIPES_MESSAGES=$MESSAGES "$@" & exit 0';
    await using running = start(folder, starter, "sleep 3; exit 0");
    await running.end();
    await until("the last message", () => running.raw.includes('"closed"'));
    assertEquals(sessionOf(running.raw).at(-1)?.params, {});
  });
}

function readIn(folder: TempFolder, name: string): string {
  try {
    return folder.read(name);
  } catch {
    return "";
  }
}
