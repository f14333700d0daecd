import { DagsterPipesError } from "@dagsterpipes/pipes";
import { main } from "@dagsterpipes/pipes/cli";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { runWell } from "../kit/command.ts";
import { launch } from "../kit/launch.ts";
import {
  assertOneSession,
  closedException,
  logsOf,
  messagesAmong,
  messagesOf,
} from "../kit/messages.ts";
import { LAUNCHER_PAIRS, launcherCommand, superviseShell } from "../kit/launcher.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

for (const [runtime, child] of LAUNCHER_PAIRS) {
  const supervised = (behaviour: string, ...flags: string[]) =>
    launch(child, "supervised.ts", {
      under: launcherCommand(runtime, ...flags),
      args: [behaviour],
    });

  Deno.test(`${runtime}: what a script on ${child} reports is handed on, in one session`, async () => {
    const { code, raw } = await supervised("ok");
    assertEquals(code, 0);
    assertOneSession(messagesOf(raw));
    assertEquals(logsOf(messagesOf(raw)), ["working"]);
    assertStringIncludes(raw, '"ratio":{"raw_value":NaN,"type":"float"}');
  });

  Deno.test(`${runtime}: what a script on ${child} throws is told in its own words`, async () => {
    const { code, raw } = await supervised("throw");
    assertEquals(code, 1);
    assertOneSession(messagesOf(raw));
    assertEquals(closedException(messagesOf(raw)).name, "TypeError");
  });

  Deno.test(`${runtime}: a script on ${child} that exits with 0 in the middle of its session is exit 1`, async () => {
    const { code, raw } = await supervised("exit");
    assertEquals(code, 1);
    assertOneSession(messagesOf(raw));
    assertMatch(
      closedException(messagesOf(raw)).message,
      /The process exited with code 0 before its session/,
    );
  });

  Deno.test(`${runtime}: a script on ${child} that closes its session itself keeps its exit code, whatever it reports`, async () => {
    const { code, raw } = await supervised("close");
    assertEquals(code, 0);
    assertMatch(closedException(messagesOf(raw)).message, /pg_dump/);
  });

  Deno.test(`${runtime}: SIGKILL of a script on ${child} is told, and ends the launcher too`, async () => {
    const { signal, raw } = await supervised("kill");
    assertEquals(signal, "SIGKILL");
    assertOneSession(messagesOf(raw));
    assertEquals(logsOf(messagesOf(raw)), ["working"]);
    assertMatch(closedException(messagesOf(raw)).message, /signal SIGKILL/);
  });

  Deno.test(`${runtime}: a script on ${child} that hangs is cut off with code 124`, async () => {
    const { code, raw } = await supervised("hang", "--timeout=1.5", "--grace", "0.5");
    assertEquals(code, 124);
    assertOneSession(messagesOf(raw));
    assertMatch(closedException(messagesOf(raw)).message, /cut off after 1.5 s/);
  });
}

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: a program that knows nothing of Pipes has a session all the same`, async () => {
    const clean = await superviseShell(runtime, "echo hello");
    assertEquals([clean.code, clean.stdout], [0, "hello\n"]);
    assertOneSession(messagesOf(clean.raw));
    assertEquals(messagesOf(clean.raw).at(-1)?.params, {});

    const failed = await superviseShell(runtime, "echo why >&2; exit 3");
    assertEquals([failed.code, failed.stderr], [3, "why\n"]);
    assertMatch(closedException(messagesOf(failed.raw)).message, /exit code 3.*\nwhy$/s);
  });

  Deno.test(`${runtime}: exit 0 with an open session is exit 1`, async () => {
    const opened =
      '{"__dagster_pipes_version": "0.1", "method": "opened", "params": {"extras": {}}}';
    const script =
      `path=$(python3 -c 'import base64,json,os,zlib; print(json.loads(zlib.decompress(base64.b64decode(os.environ["DAGSTER_PIPES_MESSAGES"])))["path"])'); echo '${opened}' >> "$path"; printf '{"torn' >> "$path"`;
    const { code, raw } = await superviseShell(runtime, script);
    assertEquals(code, 1);
    assertOneSession(messagesOf(raw));
    assertMatch(closedException(messagesOf(raw)).message, /unclosed/);
    assertMatch(logsOf(messagesOf(raw))[0] ?? "", /not JSON that Python reads.*\{"torn/);
  });

  // A process that sends itself one of these lives on: all of them ignore SIGPIPE, Deno SIGSEGV as
  // well.
  for (const [signal, code] of [["PIPE", 141], ["SEGV", 139]] as const) {
    Deno.test(`${runtime}: a command that dies of SIG${signal} is a failure of the launcher too`, async () => {
      const { code: ended, signal: by, raw } = await superviseShell(runtime, `kill -${signal} $$`);
      assert(ended === code || by === `SIG${signal}`, `${ended} ${by}`);
      assertMatch(
        closedException(messagesOf(raw)).message,
        new RegExp(`The command ended with signal SIG${signal}`),
      );
    });
  }

  /** The most memory that a launcher took for the output of a shell script, in MB. */
  const peakOf = async (script: string, ...flags: string[]): Promise<[number, string]> => {
    const { code, raw, stderr } = await launch(runtime, "supervised.ts", {
      under: [
        ...["sh", "-c", 'exec "$@" > /dev/null', "sh"],
        ...launcherCommand(runtime, ...flags),
      ],
      command: ["sh", "-c", `${script}; grep VmHWM /proc/$PPID/status >&2`],
    });
    assertEquals(code, 0);
    return [Number(/VmHWM:\s*(\d+) kB/.exec(stderr)?.[1]) / 1024, raw];
  };
  const outputs: Record<string, string> = {
    "without line ends": "head -c 300000000 /dev/zero | tr '\\0' x",
    "of zero bytes": "head -c 30000000 /dev/zero",
    "of short lines": "seq 1 3000000",
  };
  for (const [what, script] of Object.entries(outputs)) {
    Deno.test(`${runtime}: output ${what} takes the launcher at most 64 MB`, async () => {
      const [idle] = await peakOf("true");
      const [copying] = await peakOf(script);
      const [logging, raw] = await peakOf(script, "--log", "stdout=INFO");
      assert(copying - idle < 64 && logging - idle < 64, `${idle} ${copying} ${logging} MB`);
      assertEquals(raw.split("\n").findIndex((line) => line.length > 4096), -1);
    });
  }

  Deno.test(`${runtime}: a long line becomes several log messages, which hold all of it`, async () => {
    const script =
      `printf 'start '; head -c 300000 /dev/zero | tr '\\0' x; printf '€%.0s' $(seq 1 9000); echo; echo end`;
    const { raw } = await superviseShell(runtime, script, { flags: ["--log", "stdout=INFO"] });
    const logs = logsOf(messagesOf(raw));
    assertEquals(logs.pop(), "end");
    assertEquals(logs.join(""), `start ${"x".repeat(300_000)}${"€".repeat(9000)}`);
  });

  Deno.test(`${runtime}: what a command wrote wrongly to Dagster is reported once, in a sentence`, async () => {
    using temp = new TempFolder();
    const script = `echo nonsense >> "$(echo "$TMPDIR"/dagster-pipes-*/messages)"`;
    const { code, raw } = await superviseShell(runtime, script, { env: { TMPDIR: temp.path } });
    assertEquals(code, 1);
    assertMatch(
      closedException(messagesOf(raw)).message,
      /^DagsterPipesError: The command wrote a line that Dagster could not take: the line is not JSON/,
    );
  });

  Deno.test(`${runtime}: a command reads the stdin of the launcher`, async () => {
    const { stdout } = await superviseShell(runtime, "cat", {
      around: ["sh", "-c", 'echo given | "$@"', "sh"],
    });
    assertEquals(stdout, "given\n");
  });

  Deno.test(`${runtime}: output becomes log messages of the levels asked for`, async () => {
    const { raw, stdout, stderr } = await superviseShell(
      runtime,
      "printf 'one\\nthree'; echo two >&2",
      { flags: ["--log", "stdout=debug,stderr=ERROR"] },
    );
    assertEquals([stdout, stderr], ["one\nthree", "two\n"]);
    const logs = messagesOf(raw).filter(({ method }) => method === "log")
      .map(({ params }) => `${params.level} ${params.message}`);
    assertEquals(logs.filter((log) => log.startsWith("DEBUG")), ["DEBUG one\nthree"]);
    assertEquals(logs.filter((log) => log.startsWith("ERROR")), ["ERROR two"]);
  });

  Deno.test(`${runtime}: 100,000 lines of a command and its child arrive as text, byte for byte`, async () => {
    const script =
      `seq 1 50000 | sed 's/$/ out €/'; sh -c "seq 1 25000 | sed 's/$/ grandchild/'"; seq 1 25000 | sed 's/$/ err/' >&2`;
    using folder = new TempFolder();
    const path = `${folder.path}/messages`;
    const { raw, stdout, stderr } = await superviseShell(runtime, script, {
      folder,
      messagesParams: { path, include_stdio_in_messages: true },
    });
    assertEquals(stdout.split("\n").length, 75_001);
    for (const [stream, printed] of [["stdout", stdout], ["stderr", stderr]] as const) {
      const text = messagesOf(raw).filter(({ method, params }) =>
        method === "log_external_stream" && params.stream === stream
      )
        .map(({ params }) => params.text).join("");
      assertEquals(text === printed, true, `${stream} differs`);
    }
  });

  Deno.test(`${runtime}: messages on stdout are never torn by the command's output`, async () => {
    const { stdout, code } = await superviseShell(
      runtime,
      "for i in 1 2 3 4 5 6 7 8; do printf half; sleep 0.02; done; echo; echo x >&2",
      { messagesParams: { stdio: "stdout" }, flags: ["--log", "stderr=INFO"] },
    );
    assertEquals(code, 0);
    assertOneSession(messagesAmong(stdout));
    assertStringIncludes(stdout, `${"half".repeat(8)}\n`);
  });

  Deno.test(`${runtime}: what the launcher cannot serve is refused by name`, async () => {
    const bucket = await superviseShell(runtime, "true", {
      messagesParams: { bucket: "b", key_prefix: "k" },
    });
    assertNotEquals(bucket.code, 0);
    assertStringIncludes(bucket.stderr, "bucket");
    const several = await superviseShell(runtime, "true", {
      messagesParams: { dagster_pipes_composite_writers: { a: {}, b: {} } },
    });
    assertEquals(several.code, 1);
    assertStringIncludes(several.stderr, "get_per_writer_bootstrap_env_vars()");
    const missing = await launch(runtime, "supervised.ts", {
      under: launcherCommand(runtime),
      command: ["no-such-command"],
    });
    assertEquals(missing.code, 1);
    assertMatch(
      closedException(messagesOf(missing.raw)).message,
      /Cannot start "no-such-command".*Check that it is installed here/,
    );
    const usage = await launch(runtime, "supervised.ts", {
      under: launcherCommand(runtime, "--tiemout", "3"),
      command: ["true"],
    });
    assertEquals(usage.code, 2);
    assertStringIncludes(usage.stderr, "Unknown option --tiemout");
    const help = await superviseShell(runtime, "--help", { flags: ["--help"] });
    assertEquals(help.code, 0);
    assertStringIncludes(help.stdout, "Usage: dagsterpipes supervise");
    const forgotten = await launch(runtime, "supervised.ts", {
      under: launcherCommand(runtime).slice(0, -1),
      command: ["df", "-h"],
    });
    assertEquals(forgotten.code, 2);
    assertStringIncludes(forgotten.stderr, "must come after --");
    const nowhere = await superviseShell(runtime, "true", { env: { TMPDIR: "/nonexistent" } });
    assertEquals(nowhere.code, 1);
    assertMatch(nowhere.stderr, /^error: Cannot make a folder in "\/nonexistent"/);
    assertMatch(closedException(messagesOf(nowhere.raw)).message, /Cannot make a folder in/);
  });
}

Deno.test("a program that calls the launcher sees by the code what is wrong", async () => {
  for (
    const [args, code] of [
      [["supervise", "--", "no-such-command"], "command_failed"],
      [["supervise", "true"], "invalid_argument"],
    ] as const
  ) {
    const error = await assertRejects(() => main(args), DagsterPipesError);
    assertEquals(error.code, code);
  }
});

Deno.test("a program that calls the launcher ends when it has nothing more to do", async () => {
  const script = `import { main } from "${REPO_ROOT}/src/cli/main.ts";
    const { code } = await main(["supervise", "--", "sh", "-c", "exit 3"]);
    console.log(JSON.stringify({ code, at: Date.now() }));`;
  const { code, at } = JSON.parse(await runWell([Deno.execPath(), "eval", script]));
  assertEquals(code, 3);
  const lingered = Date.now() - at;
  assert(lingered < 1000, `it lingered for ${lingered} ms`);
});
