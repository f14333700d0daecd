import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DagsterPipesError } from "@dagsterpipes/pipes";
import {
  type RunEvent,
  runPipesSession,
  type RunPipesSessionOptions,
} from "@dagsterpipes/pipes/runner";
import { run } from "../kit/command.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { runtimeCommand, type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { HOLDS_STREAMS } from "../kit/launcher.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** The command of a program of the tests. */
function program(runtime: RuntimeName, name: string, ...args: string[]): string[] {
  return [...runtimeCommand(runtime), `${PROGRAMS_DIR}/${name}`, ...args];
}

/** Runs a session in a process of some runtime. */
async function runOn(
  host: RuntimeName,
  options: Omit<RunPipesSessionOptions, "signal" | "onEvent"> & { readonly abortAt?: string },
) {
  const command = program(host, "runs_script.ts", JSON.stringify({ stdio: "capture", ...options }));
  const { stdout, stderr, code } = await run(command, { env: { NO_COLOR: "1" } });
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout.split("\n").at(-2) ?? "");
}

const STEP = { assetKeys: ["orders"], checks: ["not_empty"], extras: { threshold: 1.5 } };

for (const [host, runtime] of [["deno", "bun"], ["bun", "node26"], ["node22", "deno"]] as const) {
  Deno.test(`${host}: all that a script on ${runtime} reports is there, in its order`, async () => {
    const command = program(runtime, "runner.ts");
    const result = await runOn(host, { ...STEP, command });
    assertEquals([result.ok, result.code, result.signal, result.problems], [true, 0, null, []]);
    assertEquals(result.logs, [{ level: "DEBUG", message: "first" }]);
    const { rows, share } = result.materializations[0].metadata;
    assertEquals([rows, share], [{ type: "int", rawValue: 120 }, { type: "float", rawValue: 1 }]);
    assertEquals(result.checks[0].checkName, "not_empty");
    assertEquals(result.customMessages, [{ extras: { threshold: 1.5 }, range: false }]);
    assertEquals(result.closed, {});
    assertEquals(result.stdout, "printed\nthe end, without a line end");
    assertEquals(result.stderr, "to stderr\n");
    const types = result.events.map(({ type }: RunEvent) => type);
    assertEquals(types.filter((type: string) => type !== "stdout" && type !== "stderr"), [
      "start",
      "opened",
      "log",
      "materialization",
      "check",
      "custom",
      "external",
      "closed",
      "end",
    ]);
    assertEquals(
      result.events.map(({ seq }: RunEvent) => seq),
      types.map((_: string, i: number) => i),
    );
    assert(result.durationMs > 0);
  });
}

for (const host of RUNTIMES) {
  Deno.test(`${host}: a run that is aborted is cancelled as Dagster cancels it`, async () => {
    const command = program("deno", "dagster/ends.ts", "SIGINT with a cleanup of 2 s");
    const result = await runOn(host, { command, abortAt: "ready" });
    assertEquals([result.ok, result.code, result.signal], [false, null, "SIGINT"]);
    assertStringIncludes(result.closed.exception.message, "the process got SIGINT");
    assertStringIncludes(result.logs.at(-1).message, "cleaned up");
    assertEquals(result.problems.map(({ message }: { message: string }) => message), [
      `The process was cancelled by SIGINT, and ended by SIGINT: ${result.closed.exception.message}`,
    ]);
  });
}

for (const host of ["deno", "bun", "node22", "node26"] as const) {
  Deno.test(`${host}: half a line is there though a process that stays holds its stream`, async () => {
    const command = ["sh", "-c", `echo whole; printf half; ${HOLDS_STREAMS} & exit 0`];
    const { code, stdout } = await runOn(host, { command });
    assertEquals([code, stdout], [0, "whole\nhalf"]);
  });
}

/** Runs a shell script here. */
function shell(script: string, options: Partial<RunPipesSessionOptions> = {}) {
  return runPipesSession({ command: ["sh", "-c", script], stdio: "capture", ...options });
}

Deno.test("each event is told at once, and what its listener throws is thrown in the end", async () => {
  const told: RunEvent[] = [];
  const result = await shell("echo a; echo b >&2", { onEvent: (event) => told.push(event) });
  assertEquals(told, result.events);
  assert(told.every(({ time }) => new Date(time).toISOString() === time));
  const odd = new RangeError("odd");
  const onEvent = (): never => {
    throw odd;
  };
  assertEquals(await assertRejects(() => shell("true", { onEvent }), RangeError), odd);
});

Deno.test("the command runs where it is told to, with the variables that it is given", async () => {
  using folder = new TempFolder();
  const { stdout } = await shell('echo "$PWD $ODD $HOME"', {
    cwd: folder.path,
    env: { ODD: "3" },
  });
  assertEquals(stdout, `${folder.path} 3 ${Deno.env.get("HOME")}\n`);
});

Deno.test("a command that cannot be started is an error that says why", async () => {
  const missing = await assertRejects(
    () => runPipesSession({ command: ["no-such-command"] }),
    DagsterPipesError,
    'Cannot start "no-such-command"',
  );
  assertEquals(missing.code, "command_failed");
  await assertRejects(
    () => shell("true", { cwd: "/no/such/folder" }),
    DagsterPipesError,
    'the folder "/no/such/folder" exists',
  );
});

Deno.test("a command that is cut off has failed, whatever it ends with", async () => {
  const { ok, code, problems } = await shell("trap 'exit 0' TERM; sleep 20 & wait", {
    timeoutSeconds: 0.2,
  });
  assertEquals([ok, code], [false, 0]);
  assertEquals(
    problems.at(-1)?.message,
    "The process was cut off after 0.2 s, and ended with exit code 0",
  );
  const killed = await shell("trap '' TERM; while :; do sleep 0.1; done", {
    timeoutSeconds: 0.2,
    graceSeconds: 0.2,
  });
  assertEquals([killed.ok, killed.signal], [false, "SIGKILL"]);
});

Deno.test("a run that is aborted before its start starts nothing", async () => {
  using folder = new TempFolder();
  const result = await shell("touch started", { cwd: folder.path, signal: AbortSignal.abort() });
  assertEquals([result.ok, result.code, result.signal], [false, null, "SIGINT"]);
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("a context that Dagster wrote is replayed as it stands", async () => {
  using folder = new TempFolder();
  const text = JSON.stringify({ ...ONE_ASSET, extras: { n: 1 }, later: [1] }).replace("1}", "1.0}");
  folder.write("context.json", text);
  const contextFile = `${folder.path}/context.json`;
  const command = program("deno", "runner.ts");
  const result = await runPipesSession({
    command,
    contextFile,
    checks: ["not_empty"],
    stdio: "capture",
  });
  assertEquals([result.ok, result.problems], [true, []]);
  assertEquals(result.customMessages, [{ extras: { n: 1 }, range: false }]);
  const undeclared = await runPipesSession({ command, contextFile, stdio: "capture" });
  assertEquals(undeclared.problems.map(({ code }) => code), ["undeclared_check"]);

  await assertRejects(
    () => runPipesSession({ command, contextFile, extras: {} }),
    DagsterPipesError,
    "extras cannot be combined with contextFile",
  );
  const missing = await assertRejects(
    () => runPipesSession({ command, contextFile: "/no/such/context" }),
    DagsterPipesError,
    'Cannot read the context at "/no/such/context"',
  );
  assertEquals(missing.code, "context_unavailable");
  folder.write("context.json", "{");
  await assertRejects(
    () => runPipesSession({ command, contextFile }),
    DagsterPipesError,
    "it is not complete JSON",
  );
});

for (const runtime of ["deno", "bun", "node26"] as const) {
  for (const messages of ["stdout", "stderr"] as const) {
    Deno.test(`${runtime}: messages come by ${messages}, and all else that is printed there stays`, async () => {
      const command = program(runtime, "runner.ts");
      const result = await runPipesSession({ ...STEP, command, messages, stdio: "capture" });
      assertEquals([result.ok, result.problems], [true, []]);
      assertEquals(result.logs.length, 1);
      // A message begins a line of its own.
      assertEquals(result.stdout.trimEnd(), "printed\nthe end, without a line end");
      assertEquals(result.stderr, "to stderr\n");
    });
  }

  Deno.test(`${runtime}: what a script prints is sent as messages where that is asked for`, async () => {
    const command = program(runtime, "runner.ts");
    const result = await runPipesSession({
      ...STEP,
      command,
      includeStdio: true,
      stdio: "capture",
    });
    const sent = result.events.filter(({ type }) => type === "external");
    const texts = sent.map((event) => event.type === "external" ? event.text : "");
    assertStringIncludes(texts.join(""), "printed\n");
    assertStringIncludes(texts.join(""), "to stderr\n");
  });
}

Deno.test("a script that names a store's writer is run as it is", async () => {
  const result = await runPipesSession({
    command: program("node26", "writers/refuses.ts"),
    assetKeys: ["a"],
    stdio: "capture",
  });
  assertEquals([result.ok, result.logs.length], [true, 1], result.stderr);
});

Deno.test("wrong options are refused with the path of each", async () => {
  const rows: readonly (readonly [unknown, string])[] = [
    [{}, "command: is missing"],
    [{ command: "ls" }, 'command: must be an array, got the string "ls"'],
    [
      { command: ["ls"], messages: "s3" },
      'messages: must be "file" or "stdout" or "stderr", got the string "s3"',
    ],
    [
      { command: ["ls"], timeoutSeconds: -1 },
      "timeoutSeconds: must be 0 or more, got the number -1",
    ],
    [
      { command: ["ls"], timeoutSeconds: 1e9 },
      "timeoutSeconds: must be less than 25 days, the longest time of a timer, got the number 1000000000",
    ],
    [{ command: ["ls"], env: { A: 1 } }, "env.A: must be a string, got the number 1"],
    [{ command: ["ls"], signal: 3 }, "signal: must be an AbortSignal, got the number 3"],
    [{ command: ["ls"], onEvent: 3 }, "onEvent: must be a function, got the number 3"],
    [{ command: ["ls"], stdio: true }, 'stdio: must be "inherit" or "capture", got a boolean'],
  ];
  for (const [options, says] of rows) {
    const error = await assertRejects(
      // @ts-expect-error What types refuse, plain JavaScript may give.
      () => runPipesSession(options),
      DagsterPipesError,
    );
    assertEquals(error.code, "invalid_argument");
    assertEquals(error.message, `Cannot use the options of runPipesSession: ${says}`);
  }
  await assertRejects(
    () => runPipesSession({ command: [] }),
    DagsterPipesError,
    "at least one part",
  );
});
