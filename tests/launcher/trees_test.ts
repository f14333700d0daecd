import { assertEquals, assertMatch } from "@std/assert";
import { launcherCommand, startShell, superviseShell } from "../kit/launcher.ts";
import { closedException, sessionOf } from "../kit/messages.ts";
import { isAlive, type Running, until } from "../kit/running.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/**
 * A shell with shells below it, of which some take no SIGTERM, one has left the process group, and
 * one is under a launcher of its own. Each says its process id.
 */
const TREE = `say() { echo $1 >> "$PIDS"; }
  setsid sh -c 'trap "" TERM; echo $$ >> "$PIDS"; while :; do sleep 0.1; done' > /dev/null 2>&1 &
  $LAUNCH sh -c 'trap "" TERM; echo $$ >> "$PIDS"; while :; do sleep 0.1; done' &
  sh -c 'trap "" TERM; echo $$ >> "$PIDS"; while :; do sleep 0.1; done' &
  sh -c 'sh -c "echo \\$\\$ >> \"\$PIDS\"; sleep 60; :"; :' &
  say $$; wait; :`;

/** The processes of a tree, once all of them are there. */
async function pidsOf(folder: TempFolder, count: number): Promise<number[]> {
  const pids = (): number[] =>
    folder.read("pids").split("\n").slice(0, -1).map((line) => Number(line));
  await until(`${count} processes`, () => pids().length === count);
  return pids();
}

for (const runtime of ["deno", "bun", "node26"] as const) {
  const ends: [string, string[], (running: Running) => void, string | number, RegExp][] = [
    [
      "a cut-off",
      ["--timeout", "3", "--grace", "0.5"],
      () => {},
      124,
      /cut off after 3 s/,
    ],
    [
      "a cancel",
      ["--grace", "0.5"],
      ({ child }) => child.kill("SIGTERM"),
      "SIGTERM",
      /cancelled by SIGTERM/,
    ],
  ];
  for (const [name, flags, act, expected, told] of ends) {
    Deno.test(`${runtime}: ${name} ends all that the command started, also what takes no SIGTERM`, async () => {
      using folder = new TempFolder();
      folder.write("pids", "");
      const env = {
        PIDS: `${folder.path}/pids`,
        LAUNCH: launcherCommand(runtime, "--grace", "60").join(" "),
      };
      await using running = startShell(runtime, TREE, { flags, folder, env });
      const pids = await pidsOf(folder, 5);
      act(running);
      const { end } = await running.end();
      await until("the end of all processes", () => !pids.some(isAlive));
      assertEquals(end, expected);
      assertMatch(closedException(sessionOf(running.raw)).message, told);
    });
  }

  Deno.test(`${runtime}: what a command left running prints soon after its end is copied`, async () => {
    const { code, stdout } = await superviseShell(runtime, "(sleep 0.5; echo late) & exit 0");
    assertEquals([code, stdout], [0, "late\n"]);
  });

  Deno.test(`${runtime}: what a command leaves running at its own clean end stays`, async () => {
    using folder = new TempFolder();
    folder.write("pids", "");
    const script = 'sleep 60 & echo $! >> "$PIDS"; sleep 60 > /dev/null 2>&1 & echo $! >> "$PIDS"';
    const env = { PIDS: `${folder.path}/pids` };
    await using running = startShell(runtime, script, { folder, env });
    assertEquals((await running.end()).end, 0);
    const pids = await pidsOf(folder, 2);
    const alive = pids.map(isAlive);
    for (const pid of pids) Deno.kill(pid, "SIGKILL");
    assertEquals(alive, [true, true]);
    assertEquals(sessionOf(running.raw).at(-1)?.params, {});
  });
}
