/**
 * What the launcher reports of a command that it may not end. Needs root, and `setpriv` of Debian's
 * `util-linux`: a launcher without the capability to signal others, a command of another user.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startShell } from "../kit/launcher.ts";
import { closedException, sessionOf } from "../kit/messages.ts";
import { isAlive, until } from "../kit/running.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const AS_ANOTHER_USER = "setpriv --reuid=65534 --regid=65534 --clear-groups";

for (const runtime of ["deno", "bun", "node26"] as const) {
  const commands: Record<string, string> = {
    "the command itself": `exec ${AS_ANOTHER_USER} sh -c 'echo $$; exec sleep 30'`,
    "a process that it started": `${AS_ANOTHER_USER} sh -c 'echo $$; exec sleep 30' & wait`,
  };
  for (const [what, script] of Object.entries(commands)) {
    Deno.test(`${runtime}: ${what}, which the launcher may not signal, is reported as that`, async () => {
      using folder = new TempFolder();
      await using running = startShell(runtime, script, {
        folder,
        around: ["setpriv", "--bounding-set=-kill", "--inh-caps=-kill"],
        flags: ["--timeout", "1", "--grace", "0.5"],
      });
      const pid = Number(await running.printed("stdout"));
      const { end, took } = await running.end();
      const survived = isAlive(pid);
      Deno.kill(pid, "SIGKILL");
      await until("the end of the command", () => !isAlive(pid));
      assertEquals([end, survived], [124, true]);
      assert(took < 6000, `${took} ms`);
      assertMatch(
        closedException(sessionOf(running.raw)).message,
        new RegExp(`exceeded its 1 s and could not be ended: the process ${pid} may not be killed`),
      );
    });
  }
}
