import { assert, assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { launch, type LaunchOptions, type Outcome } from "../kit/launch.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** As many calls as there are: JSON has no `Infinity`. */
const ALWAYS = 1e9;

for (const runtime of ["deno", "bun", "node26"] as const) {
  const RUN = [...runtimeCommand(runtime), `${PROGRAMS_DIR}/ending.ts`].join(" ");

  /** Runs a shell script under a launcher whose calls of the system fail. */
  const superviseOnFaults = (
    faults: readonly (readonly [name: string, code: string, calls: number])[],
    script: string,
    { flags = [], ...options }: LaunchOptions & { readonly flags?: readonly string[] } = {},
  ): Promise<Outcome> =>
    launch(runtime, "faulty_launcher.ts", {
      ...options,
      env: { FAULTS: JSON.stringify(faults), RUN, ...options.env },
      args: ["supervise", ...flags, "--", "sh", "-c", script],
    });

  for (const code of ["EIO", "EINTR", "EMFILE", "ENOMEM"]) {
    Deno.test(`${runtime}: the launcher reads on after ${code}, and loses nothing`, async () => {
      const faults = [["fs.readSync", code, 3]] as const;
      const { code: ended, raw, stderr } = await superviseOnFaults(faults, "$RUN returns");
      assertEquals(ended, 0, stderr);
      assertEquals(logsOf(sessionOf(raw)), ["working"]);
    });
  }

  Deno.test(`${runtime}: messages that cannot be read to the end are not deleted, and told`, async () => {
    using temp = new TempFolder();
    const faults = [["fs.readSync", "EIO", ALWAYS]] as const;
    const { code, raw, stderr } = await superviseOnFaults(faults, "$RUN returns", {
      env: { TMPDIR: temp.path },
    });
    assertEquals(code, 1, stderr);
    const { message } = closedException(sessionOf(raw));
    assertMatch(message, /Cannot read the messages of the command, which stay in ".*": EIO/);
    const [, path = ""] = /stay in "(.*?)"/.exec(message) ?? [];
    assert(Deno.readTextFileSync(path).includes("working"));
  });

  Deno.test(`${runtime}: a folder that cannot be removed is a notice, and hides no error`, async () => {
    using temp = new TempFolder();
    const faults = [["fs.rmSync", "EBUSY", ALWAYS]] as const;
    const env = { TMPDIR: temp.path };
    const good = await superviseOnFaults(faults, "$RUN returns", { env });
    assertEquals(good.code, 0, good.stderr);
    assertMatch(good.stderr, /Cannot remove the temporary folder ".*": Error: EBUSY/);
    assertEquals(sessionOf(good.raw).at(-1)?.params, {});
    const bad = await superviseOnFaults(
      faults,
      "echo nonsense | tee -a $TMPDIR/dagster-*/messages",
      {
        env: { TMPDIR: `${temp.path}` },
      },
    );
    assertMatch(bad.stderr, /Cannot remove the temporary folder/);
    assertEquals(bad.code, 1);
    const { message } = closedException(sessionOf(bad.raw));
    assertMatch(message, /The command wrote a line that Dagster could not take/);
  });

  Deno.test(`${runtime}: what may not be killed is reported as that, and the launcher ends`, async () => {
    using folder = new TempFolder();
    const faults = [["process.kill", "EPERM", ALWAYS]] as const;
    const { code, raw, stderr } = await superviseOnFaults(
      faults,
      `echo $$ > ${folder.path}/pid; exec sleep 20`,
      { flags: ["--timeout", "0.5", "--grace", "0.5"] },
    );
    const pid = Number(folder.read("pid"));
    Deno.kill(pid, "SIGKILL");
    assertEquals(code, 124, stderr);
    const { message } = closedException(sessionOf(raw));
    assertMatch(
      message,
      new RegExp(`exceeded its 0.5 s and could not be ended: the process ${pid} may not`),
    );
  });
}
