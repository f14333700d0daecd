import { assert, assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { startShell, superviseShell } from "../kit/launcher.ts";
import { closedException, logsOf, sessionOf } from "../kit/messages.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** What a command may leave in the folder of the launcher besides its messages. */
const LEFT: Readonly<Record<string, string>> = {
  "a named pipe": "mkfifo $F/messages-1 $F/messages0",
  "a link to a device": "ln -s /dev/zero $F/messages-1; ln -s /dev/zero $F/messages0",
  "a folder": "mkdir $F/messages-1",
};

for (const runtime of ["deno", "bun", "node26"] as const) {
  const [program = "", ...args] = runtimeCommand(runtime);
  const RUN = [program, ...args, `${PROGRAMS_DIR}/ending.ts`].join(" ");

  Deno.test(`${runtime}: messages of processes that wait for each other arrive in the order in which they were written`, async () => {
    const script = `${program} ${args.join(" ")} ${PROGRAMS_DIR}/nested_sessions.ts`;
    const env = { CHILD_ARGS: args.join(" ") };
    const { code, raw, stderr } = await superviseShell(runtime, script, { env });
    assertEquals(code, 0, stderr);
    const expected = [0, 1, 2, 3, 4].flatMap((i) => [`before ${i}`, `child ${i}`, `after ${i}`]);
    assertEquals(logsOf(sessionOf(raw)), expected);
  });

  for (const [what, deed] of Object.entries(LEFT)) {
    Deno.test(`${runtime}: ${what} in its folder does not keep the launcher`, async () => {
      using temp = new TempFolder();
      const script = `F=$(echo "$TMPDIR"/dagster-pipes-*); ${deed}; sleep 0.2; $RUN returns`;
      const { code, raw, stderr } = await superviseShell(runtime, script, {
        env: { TMPDIR: temp.path, RUN },
        flags: ["--timeout", "20"],
      });
      assertEquals(code, 0, stderr);
      assertEquals(logsOf(sessionOf(raw)), ["working"]);
    });
  }

  Deno.test(`${runtime}: a process that writes messages without an end is cut off in time`, async () => {
    using temp = new TempFolder();
    // At most 50 MB, should it not be ended.
    const script = `f=$(echo "$TMPDIR"/dagster-pipes-*/messages); line=$(printf '%0500d' 1)
      yes "$line" | head -c 50000000 | sed 's/.*/{"__dagster_pipes_version":"0.1","method":"log","params":{"message":"&","level":"INFO"}}/' >> $f
      sleep 20`;
    await using running = startShell(runtime, script, {
      env: { TMPDIR: temp.path },
      flags: ["--timeout", "1", "--grace", "0.3"],
    });
    const { end, took } = await running.end();
    assertEquals(end, 124);
    assert(took < 25_000, `${took} ms`);
    assertMatch(closedException(sessionOf(running.raw)).message, /cut off after 1 s/);
  });

  Deno.test(`${runtime}: the launcher needs no descriptor for a session`, async () => {
    using temp = new TempFolder();
    const opened = '{"__dagster_pipes_version":"0.1","method":"opened","params":{"extras":{}}}';
    const log =
      '{"__dagster_pipes_version":"0.1","method":"log","params":{"message":"%d","level":"INFO"}}';
    const closed = '{"__dagster_pipes_version":"0.1","method":"closed","params":{}}';
    // Sessions as they are written; to start so many processes would take minutes.
    const script = `f=$(echo "$TMPDIR"/dagster-pipes-*/messages); i=0
      while [ $i -lt 2000 ]; do i=$((i+1))
        printf '\\036%d-x ${opened}\\n\\036%d-x ${log}\\n\\036%d-x ${closed}\\n' $i $i $i $i >> $f
      done; sleep 0.3; ls /proc/$PPID/fd | wc -l`;
    const { code, raw, stdout, stderr } = await superviseShell(runtime, script, {
      env: { TMPDIR: temp.path },
      around: ["sh", "-c", 'ulimit -n 256; exec "$@"', "sh"],
    });
    assertEquals(code, 0, stderr);
    assertEquals(logsOf(sessionOf(raw)).length, 2000);
    assert(Number(stdout) < 100, stdout);
  });

  Deno.test(`${runtime}: an exception with more levels than Dagster can store is reported without the deepest`, async () => {
    using temp = new TempFolder();
    let exception: object | null = null;
    for (let level = 300; level > 0; level--) {
      exception = { message: `${level}`, stack: [], name: "E", cause: null, context: exception };
    }
    const closed = { __dagster_pipes_version: "0.1", method: "closed", params: { exception } };
    temp.write("closed", `${JSON.stringify(closed)}\n`);
    const { raw, stderr } = await superviseShell(
      runtime,
      `cat ${temp.path}/closed >> "$(echo "$TMPDIR"/dagster-pipes-*/messages)"; exit 3`,
      { env: { TMPDIR: temp.path } },
    );
    assertEquals(stderr, "");
    assertEquals(closedException(sessionOf(raw)).context?.message, "2");
  });

  Deno.test(`${runtime}: a temporary folder with a relative path serves a command in another folder`, async () => {
    using temp = new TempFolder();
    Deno.mkdirSync(`${temp.path}/tmp`);
    const { code, raw, stderr } = await superviseShell(runtime, "cd / && $RUN returns", {
      env: { TMPDIR: "tmp", TOP: temp.path, RUN },
      around: ["sh", "-c", 'cd "$TOP" && exec "$@"', "sh"],
    });
    assertEquals(code, 0, stderr);
    assertEquals(logsOf(sessionOf(raw)), ["working"]);
  });
}
