import { assert, assertEquals, assertMatch } from "@std/assert";
import { dagsterPython } from "../kit/installed.ts";
import { launcherCommand, startShell } from "../kit/launcher.ts";
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

/** A step of Dagster that runs a command. */
const STEP = `import sys
import dagster as dg

@dg.asset
def work(context: dg.AssetExecutionContext):
    pipes = dg.PipesSubprocessClient()
    return pipes.run(context=context, command=sys.argv[1:]).get_results()

dg.materialize([work])
`;

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

  Deno.test(`${runtime}: after a SIGKILL of the real Dagster, the launcher and its command end`, async () => {
    using folder = new TempFolder();
    const script = `echo $$ > ${folder.path}/pid; echo $PPID > ${folder.path}/own; sleep 60`;
    const launcher = launcherCommand(runtime, "--grace", "1");
    const dagster = new Deno.Command(dagsterPython(), {
      args: ["-c", STEP, ...launcher, "sh", "-c", script],
      env: { DAGSTER_DISABLE_TELEMETRY: "1", TMPDIR: folder.path },
      stdout: "null",
      stderr: "null",
    }).spawn();
    await until("the command", () => /^\d+\n$/.test(readIn(folder, "own")));
    const pids = ["pid", "own"].map((name) => Number(folder.read(name)));
    dagster.kill("SIGKILL");
    await dagster.status;
    const killed = Date.now();
    await until("the end of the launcher", () => !pids.some(isAlive));
    assert(Date.now() - killed < 6000, `${Date.now() - killed} ms`);
  });

  Deno.test(`${runtime}: a launcher whose parent is gone from the start runs its command to the end`, async () => {
    using folder = new TempFolder();
    const starter = 'DAGSTER_PIPES_MESSAGES=$MESSAGES "$@" & exit 0';
    await using running = start(folder, starter, "sleep 3; exit 0");
    await running.end();
    await until("the last message", () => running.raw.includes('"closed"'));
    assertEquals(sessionOf(running.raw).at(-1)?.params, {});
  });

  Deno.test(`${runtime}: outside Dagster, a launcher outlives the process that started it`, async () => {
    using folder = new TempFolder();
    const script = `sleep 3; echo done > ${folder.path}/done`;
    await using running = startShell(runtime, script, {
      folder,
      around: ["sh", "-c", '"$@" & sleep 1', "sh"],
      messagesVariable: null,
      contextVariable: null,
    });
    await running.end();
    await until("the end of the command", () => readIn(folder, "done") === "done\n");
  });
}

function readIn(folder: TempFolder, name: string): string {
  try {
    return folder.read(name);
  } catch {
    return "";
  }
}
