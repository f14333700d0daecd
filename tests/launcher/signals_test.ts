import { assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { startShell } from "../kit/launcher.ts";
import { closedException, sessionOf } from "../kit/messages.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { isAlive, type Running, until } from "../kit/running.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** Whether a process runs whose command line holds a text. */
function isRunning(text: string): boolean {
  return [...Deno.readDirSync("/proc")].some(({ name }) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return Deno.readTextFileSync(`/proc/${name}/cmdline`).includes(text);
    } catch {
      return false;
    }
  });
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const PASSED_ON: readonly Deno.Signal[] = [
  "SIGUSR1",
  "SIGUSR2",
  "SIGALRM",
  "SIGVTALRM",
  "SIGPROF",
  "SIGIO",
  "SIGXCPU",
  "SIGABRT",
];

for (const runtime of ["deno", "bun", "node26"] as const) {
  const ending = `${PROGRAMS_DIR}/ending.ts`;
  const RUN = [...runtimeCommand(runtime), ending].join(" ");

  /** Sends SIGTERM to a launcher at some moment, and checks that nothing is left of it. */
  const cancelled = async (moment: string, wait: (running: Running) => Promise<void>) => {
    using temp = new TempFolder();
    const sleep = `sleep 60.${Deno.pid}${moment.replace(/\D/g, "")}`;
    await using running = startShell(runtime, `exec ${sleep}`, { env: { TMPDIR: temp.path } });
    await wait(running);
    running.child.kill("SIGTERM");
    assertEquals((await running.end()).end, "SIGTERM", moment);
    // Runtimes keep files of their own there.
    const folders = [...Deno.readDirSync(temp.path)].map(({ name }) => name)
      .filter((name) => name.startsWith("dagster-pipes-"));
    assertEquals(folders, [], moment);
    assertEquals(isRunning(sleep.replace(" ", "\0")), false, moment);
    return running.raw;
  };

  Deno.test(`${runtime}: SIGTERM early in the life of the launcher leaves no session open, no folder and no child`, async () => {
    for (let after = 0; after <= 60; after += 5) {
      const raw = await cancelled(`${after} ms after the start`, () => later(after));
      if (raw !== "") sessionOf(raw);
    }
  });

  Deno.test(`${runtime}: SIGTERM soon after the first message of the launcher is told`, async () => {
    for (let after = 0; after <= 30; after += 5) {
      const raw = await cancelled(`${after} ms after the first message`, async (running) => {
        await until("the first message", () => running.raw.includes('"opened"'));
        await later(after);
      });
      assertMatch(closedException(sessionOf(raw)).message, /was cancelled by SIGTERM/);
    }
  });

  const children: Record<string, string> = { "its child": "exec $RUN", "a grandchild": "$RUN; :" };
  if (runtime === "deno") children["its child, with no permission to signal"] = "exec $BARE";
  for (const [name, start] of Object.entries(children)) {
    Deno.test(`${runtime}: a session in ${name} ends soon where the launcher is killed by SIGKILL`, async () => {
      using temp = new TempFolder();
      const BARE = `${Deno.execPath()} run --allow-env --allow-read --allow-write ${ending}`;
      const pidFile = `${temp.path}/pid`;
      const script = start.replace(/\$(RUN|BARE)/, `$$$1 'waits for its cancel' ${pidFile}`);
      await using running = startShell(runtime, script, {
        env: { TMPDIR: temp.path, RUN, BARE },
      });
      await running.printed("stdout");
      const pid = Number(Deno.readTextFileSync(pidFile));
      assertEquals(isAlive(pid), true);
      running.child.kill("SIGKILL");
      await running.end();
      const killed = Date.now();
      await until("the end of the session", () => !isAlive(pid));
      assertEquals(Date.now() - killed < 5000, true);
    });
  }

  for (const signal of PASSED_ON) {
    Deno.test(`${runtime}: ${signal} of the launcher reaches its command, and does not end it`, async () => {
      const script = `trap 'echo got; exit 7' ${signal.slice(3)}; echo ready >&2
        while :; do sleep 0.05; done`;
      await using running = startShell(runtime, script);
      await running.printed("stderr");
      running.child.kill(signal);
      assertEquals(await running.printed("stdout"), "got\n");
      assertEquals((await running.end()).end, 7);
      assertMatch(closedException(sessionOf(running.raw)).message, /ended with exit code 7/);
    });
  }

  Deno.test(`${runtime}: a command that a passed-on signal ends, ends the launcher the same way`, async () => {
    await using running = startShell(runtime, "echo ready; exec sleep 20");
    await running.printed("stdout");
    running.child.kill("SIGALRM");
    assertEquals((await running.end()).end, "SIGALRM");
    assertMatch(closedException(sessionOf(running.raw)).message, /ended with signal SIGALRM/);
  });
}
