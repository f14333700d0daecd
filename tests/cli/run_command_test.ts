import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ended, run } from "../kit/command.ts";
import { ONE_ASSET } from "../kit/context.ts";
import { dagsterPython, runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { cliCommand } from "../kit/launcher.ts";
import { PROGRAMS_DIR, REPO_ROOT } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import config from "../../deno.json" with { type: "json" };

/** Who runs the command, and what it runs. */
const PAIRS = [["deno", "node26"], ["bun", "deno"], ["node22", "bun"]] as const;

/** The environment of the tests, without what would ask for colors, and with something else. */
function envWith(more: Readonly<Record<string, string>>) {
  const { FORCE_COLOR: _, ...env } = Deno.env.toObject();
  return { env: { ...env, NODE_NO_WARNINGS: "1", ...more }, clearEnv: true };
}

const NO_COLOR = envWith({ NO_COLOR: "1" });

/** Runs `dagsterpipes run`. */
function runs(
  runtime: RuntimeName,
  options: readonly string[],
  command: readonly string[],
  cwd?: string,
): Promise<Ended> {
  const whole = [...cliCommand(runtime, "run", ...options), "--", ...command];
  return run(whole, { ...NO_COLOR, ...(cwd === undefined ? {} : { cwd }) });
}

function program(runtime: RuntimeName, name: string, ...args: string[]): string[] {
  return [...runtimeCommand(runtime), `${PROGRAMS_DIR}/${name}`, ...args];
}

const STEP = ["--asset", "orders", "--check", "not_empty", "--extra", "threshold=1.5"];

for (const [host, runtime] of PAIRS) {
  Deno.test(`${host}: the events of a script on ${runtime} are shown, in words`, async () => {
    const { code, stdout, stderr } = await runs(host, STEP, program(runtime, "runner.ts"));
    assertEquals([code, stderr], [0, ""], stdout);
    for (
      const part of [
        /^start {12}\S.*runner\.ts$/m,
        /^opened$/m,
        /^log DEBUG {8}first$/m,
        /^stdout {11}printed$/m,
        /^stderr {11}to stderr$/m,
        /^materialization {2}orders, data version v1$/m,
        /^ {17}share: {4}float {2}1\.0$/m,
        /^ {17}preview: {2}table {2}2 records\n {19}id {2}item\n {19}1 {3}ink\n {19}20 {2}pen$/m,
        /^ {17}plot: {5}md {5}picture, SVG, 66 bytes$/m,
        /^check {12}not_empty of orders: passed$/m,
        /^custom message {3}\{"extras":\{"threshold":1\.5\},"range":false\}$/m,
        /^sent stdout {6}of another$/m,
        /^closed$/m,
        /^end {14}Dagster would report success: exit code 0, after \d+\.\d s\n$/m,
      ]
    ) assertMatch(stdout, part);
    assert(!stdout.includes("\x1b"));
  });

  Deno.test(`${host}: with --json, stdout holds the events of a script on ${runtime} alone`, async () => {
    const { code, stdout } = await runs(host, [...STEP, "--json"], program(runtime, "runner.ts"));
    assertEquals(code, 0, stdout);
    const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    for (const [index, event] of events.entries()) {
      assertEquals(Object.keys(event).slice(0, 3), ["type", "seq", "time"]);
      assertEquals(event.seq, index);
      assertEquals(new Date(event.time).toISOString(), event.time);
    }
    const one = (type: string) => {
      const { seq: _, time: __, ...rest } = events.find((event) => event.type === type);
      return rest;
    };
    assertEquals([one("start").schema, events[0].type], [1, "start"]);
    assertEquals(one("log"), { type: "log", level: "DEBUG", message: "first" });
    assertEquals(one("materialization").metadata.rows, { type: "int", rawValue: 120 });
    assertEquals(one("stderr"), { type: "stderr", text: "to stderr\n" });
    assertEquals(one("external"), { type: "external", stream: "stdout", text: "of another\n" });
    assertEquals(one("closed"), { type: "closed" });
    const { durationMs, ...end } = one("end");
    assertEquals(end, { type: "end", ok: true, code: 0, signal: null });
    assertEquals([typeof durationMs, events.at(-1).type], ["number", "end"]);
  });

  Deno.test(`${host}: it ends as the command ends, or as Dagster would say`, async () => {
    const rows: readonly (readonly [string[], string[], number, string | null])[] = [
      [[], ["sh", "-c", "exit 3"], 3, null],
      [[], ["sh", "-c", "kill -TERM $$"], 143, "SIGTERM"],
      // Dagster warns of no session, and no more.
      [[], ["true"], 0, null],
      [["--strict"], ["true"], 1, null],
      [["--timeout", "0.3"], ["sleep", "20"], 124, null],
      // A check without a result.
      [["--asset", "orders", "--check", "not_empty"], ["true"], 1, null],
      // A check that nobody has declared.
      [["--asset", "orders"], program(runtime, "runner.ts"), 1, null],
    ];
    for (const [options, command, code, signal] of rows) {
      const ended = await runs(host, options, command);
      assertEquals([ended.code, ended.signal], [code, signal], `${options} ${command}`);
    }
  });

  Deno.test(`${host}: what is no option, no value or no command is refused, and what was meant is named`, async () => {
    const rows: readonly (readonly [args: string[], code: number, says: string])[] = [
      [["run", "--aset", "a", "--", "true"], 2, "Unknown option --aset: did you mean --asset?"],
      [["run", "--quiet", "--", "true"], 2, "Unknown option --quiet\n"],
      // A terminal would obey a control character.
      [["run", "--\x1b[31mred", "--", "true"], 2, "Unknown option --\\u001b[31mred"],
      [["run", "--asset", "--", "true"], 2, "Option '--asset <value>' argument missing"],
      [["run", "--retry", "x", "--", "true"], 2, '--retry must be a whole number, got "x"'],
      [["run", "--retry", "1.5", "--", "true"], 2, "--retry must be a whole number, got"],
      [["run", "--window", "now", "--", "true"], 2, '--window must be START..END, got "now"'],
      [["run", "--window", "a..b", "--", "true"], 2, "--window needs a --partition"],
      [["run", "--grace", "99999999", "--", "true"], 2, "--grace must be less than 25 days"],
      [["supervise", "--grace", "99999999", "--", "true"], 2, "--grace must be less than 25 days"],
      [
        ["run", "--retry", "1", "--retry", "2", "--", "true"],
        2,
        "--retry may be given only once",
      ],
      [
        ["run", "--messages", "s3", "--", "true"],
        2,
        '--messages must be "file" or "stdout" or "stderr", got the string "s3"',
      ],
      [
        ["run", "--timeout", "soon", "--", "true"],
        2,
        '--timeout must be a number of seconds, got "soon"',
      ],
      [
        ["run", "--extras", "{a: 1}", "--", "true"],
        2,
        "--extras is not valid JSON: expected a key",
      ],
      [
        ["run", "--extras", "no.json", "--", "true"],
        2,
        '--extras cannot be read from the file "no.json"',
      ],
      [
        ["run", "--extras", "[1]", "--extra", "a=1", "--", "true"],
        2,
        "--extra needs --extras to be an object, got an array",
      ],
      [["run", "--extra", "a", "--", "true"], 2, '--extra must be like NAME=VALUE, got "a"'],
      [
        ["run", "--asset", "a//b", "--", "true"],
        2,
        "--asset must be an asset key without empty parts",
      ],
      [
        ["run", "--check", "fresh", "--", "true"],
        2,
        '--check must name its asset, as in "orders:fresh"',
      ],
      [["run", "--context", "no.json", "--", "true"], 1, 'Cannot read the context at "no.json"'],
      [["run", "true"], 2, "The command must come after --"],
      [["run", "--asset", "a", "df", "-h"], 2, "The command must come after --"],
      [["runn", "--help"], 2, "did you mean run?"],
      [["run", "script.ts", "--", "true"], 2, '"script.ts" is not an option'],
      [["run", "--"], 2, "The command must come after --, as in: dagsterpipes run -- node"],
      [["run", "--partition", "a..", "--", "true"], 2, "--partition must be a key, or FROM..TO"],
      [["run", "--", "no-such-command"], 1, 'Cannot start "no-such-command"'],
      [["run", "--", "orders.ts"], 1, "Put its runtime before a script, as in: -- node orders"],
      [["runn", "--", "true"], 2, 'Unknown command "runn": did you mean run?'],
      [["supervise", "--tiemout", "3", "--", "true"], 2, "did you mean --timeout?"],
      [["supervise", "--log", "stdout=LOUD", "--", "true"], 2, "--log must be like stdout=INFO"],
    ];
    for (const [args, code, says] of rows) {
      const ended = await run(cliCommand(host, ...args), NO_COLOR);
      assertEquals(ended.code, code, `${args}: ${ended.stderr}`);
      assertStringIncludes(ended.stderr, says);
      assert(!ended.stderr.includes("    at "), ended.stderr);
      // The reason is not pushed away by all that could be said.
      assert(ended.stderr.split("\n").length < 12, ended.stderr);
    }
  });

  Deno.test(`${host}: a run whose output is not read any more ends quietly`, async () => {
    const command = cliCommand(
      host,
      "run",
      "--",
      "sh",
      "-c",
      "while echo tick; do sleep 0.05; done",
    );
    const script = '"$@" | head -n 3; echo "ends with ${PIPESTATUS[0]}"';
    const ended = await run(["bash", "-c", script, "bash", ...command], NO_COLOR);
    assertMatch(ended.stdout, /^start .*\n(?:stdout {11}tick\n){2}ends with 141\n$/);
    assertEquals(ended.stderr, "");
  });

  Deno.test(`${host}: each command tells how it is called, and the package its version`, async () => {
    const told = async (...args: string[]) => {
      const { code, stdout } = await run(cliCommand(host, ...args), NO_COLOR);
      assertEquals(code, 0);
      return stdout;
    };
    assertEquals(await told("--version"), `dagsterpipes ${config.version}\n`);
    assertMatch(await told("--help"), /^Usage: dagsterpipes COMMAND/);
    assertMatch(await told("run", "--help"), /^Usage: dagsterpipes run[^]*--watch/);
    assertMatch(await told("supervise", "-h"), /^Usage: dagsterpipes supervise[^]*--transport/);
    assertMatch(
      await told("report", "--help"),
      /report log[^]*report materialization[^]*report check/,
    );
    assertMatch(
      await told("report", "check", "-h"),
      /^Usage: dagsterpipes report check --name NAME/,
    );
    // Anywhere before the --, and with options that would be refused.
    assertMatch(await told("run", "--asset", "a", "--help"), /^Usage: dagsterpipes run /);
    assertMatch(await told("run", "--aset", "-h", "--", "true"), /^Usage: dagsterpipes run /);
    // Behind the -- it is the command's.
    assertMatch(
      await told("run", "--json", "--", "sh", "-c", 'echo "$0"', "--help"),
      /"text":"--help\\n"/,
    );
  });
}

Deno.test("a step is made up of the options", async () => {
  using folder = new TempFolder();
  folder.write("extras.json", { a: 1, b: 2 });
  const { stdout } = await runs(
    "node26",
    [
      ...[
        "--asset",
        "x/y",
        "--asset",
        "z",
        "--partition",
        "2026-01-01..2026-01-31",
        "--window",
        "2026-01-01T00:00:00+00:00..2026-02-01T00:00:00+00:00",
        "--retry",
        "2",
      ],
      ...[
        "--extras",
        "extras.json",
        "--extra",
        "b=text",
        "--extra",
        'c={"d":[null]}',
        "--extra=e=1=2",
      ],
      "--json",
    ],
    program("deno", "told_step.ts"),
    folder.path,
  );
  const [custom] = stdout.split("\n").filter((line) => line.includes('"custom"'));
  assertEquals(JSON.parse(custom ?? "").payload, {
    assetKeys: ["x/y", "z"],
    extras: { a: 1, b: "text", c: { d: [null] }, e: "1=2" },
    range: { start: "2026-01-01", end: "2026-01-31" },
    retryNumber: 2,
    window: { start: "2026-01-01T00:00:00+00:00", end: "2026-02-01T00:00:00+00:00" },
  });
});

Deno.test("a command that survives its timeout is killed after the grace", async () => {
  const start = performance.now();
  const command = ["sh", "-c", 'trap "" TERM; sleep 20'];
  const { code } = await runs("deno", ["--timeout", "0.2", "--grace", "0.2"], command);
  assertEquals(code, 124);
  assert(performance.now() - start < 10_000);
});

Deno.test("a context that Dagster wrote is replayed", async () => {
  using folder = new TempFolder();
  folder.write("context.json", { ...ONE_ASSET, retry_number: 1, partition_key: "p" });
  const command = program("deno", "told_step.ts");
  const { stdout } = await runs("deno", ["--context", "context.json"], command, folder.path);
  assertStringIncludes(
    stdout,
    '"assetKeys":["orders"],"extras":{},"range":{"start":"p","end":"p"},"retryNumber":1',
  );
});

Deno.test("deno: a command line without its permissions says how to start it", async () => {
  const main = `${REPO_ROOT}/src/cli/main.ts`;
  for (const [command, flags] of [["run", []], ["run", ["--allow-env"]], ["supervise", []]]) {
    const args = ["run", "--no-prompt", ...flags ?? [], main, String(command), "--", "true"];
    const { code, stderr } = await run([Deno.execPath(), ...args], NO_COLOR);
    assertEquals(code, 1);
    assertMatch(stderr, /^error: .*\nStart dagsterpipes with deno run -A/);
  }
});

Deno.test("a script that lacks a permission is told of one that lasts beyond the run", async () => {
  using folder = new TempFolder();
  const command = [Deno.execPath(), "run", "--no-prompt", "--allow-env", "--allow-read"];
  const options = { ...NO_COLOR, env: { ...NO_COLOR.env, TMPDIR: folder.path } };
  const whole = [...cliCommand("deno", "run"), "--", ...command, `${PROGRAMS_DIR}/minimal.ts`];
  const { stdout } = await run(whole, options);
  assertMatch(stdout, new RegExp(`add --allow-write=${folder.path} to the command`));
});

/** What a command prints to a terminal of its own. */
async function onTerminal(
  command: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const python =
    'import os, pty, sys; os.environ.pop("CI", 0); sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))';
  const { stdout, code, stderr } = await run([dagsterPython(), "-c", python, ...command], {
    ...envWith({ TERM: "xterm", NO_COLOR: "", ...env }),
    stdin: "",
  });
  assertEquals(code, 0, stderr + stdout);
  return stdout;
}

for (const host of ["deno", "bun", "node26"] as const) {
  Deno.test(`${host}: a terminal gets colors, where its user wants them`, async () => {
    const command = [...cliCommand(host, "run"), "--", "echo", "hello"];
    const colored = await onTerminal(command, {});
    assertStringIncludes(colored, "\x1b[33mwarning");
    assertStringIncludes(colored, "\x1b[32mend");
    for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }]) {
      const plain = await onTerminal(command, env);
      assertStringIncludes(plain, "end              Dagster would report success");
      assert(!plain.includes("\x1b[3"), plain);
    }
  });
}

for (const host of ["deno", "bun", "node22", "node26"] as const) {
  Deno.test(`${host}: with --watch it runs again when a source file changes, until it is cancelled`, async () => {
    using folder = new TempFolder();
    folder.write("lib/made.ts", "");
    folder.write("node_modules/x/made.ts", "");
    folder.write("main.sh", "echo first; echo data > made.csv");
    const [command = "", ...args] = cliCommand(host, "run", "--watch", "--", "sh", "main.sh");
    const child = new Deno.Command(command, {
      args,
      cwd: folder.path,
      ...NO_COLOR,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    let printed = "";
    const ends = () => printed.split("Dagster would report").length - 1;
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    try {
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        const before = ends();
        printed += text;
        if (ends() === before) continue;
        // A change that is no source's, or of what is installed, is none.
        folder.write("notes.csv", "a");
        folder.write("node_modules/x/made.ts", "a");
        if (ends() === 1) folder.write("main.sh", "echo second");
        else if (ends() === 2) folder.write("lib/made.ts", "a");
        else if (ends() === 3) child.kill("SIGINT");
      }
    } finally {
      clearTimeout(timer);
    }
    const { signal, code } = await child.status;
    assertEquals(ends(), 3, printed);
    assertMatch(printed, /first[^]*second[^]*second/);
    assert(signal === "SIGINT" || code === 130, `${signal} ${code}`);
  });
}

/** The start of a command that runs without the right to read everything. */
const WITHOUT_ROOT_RIGHTS = Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
  : [];

for (const host of ["deno", "bun", "node22", "node26"] as const) {
  Deno.test(`${host}: with --watch, a folder that cannot be watched is reported, and the others are watched`, async () => {
    using folder = new TempFolder();
    folder.write("lib/made.ts", "");
    folder.write("locked/made.ts", "");
    Deno.chmodSync(`${folder.path}/locked`, 0);
    const [command = "", ...args] = [
      ...WITHOUT_ROOT_RIGHTS,
      ...cliCommand(host, "run", "--watch", "--", "sh", "-c", "sleep 0.5; echo $TMPDIR"),
    ];
    const child = new Deno.Command(command, {
      args,
      cwd: folder.path,
      clearEnv: true,
      env: { ...NO_COLOR.env, TMPDIR: folder.path },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const stderr = new Response(child.stderr).text();
    let printed = "";
    const ends = () => printed.split("Dagster would report").length - 1;
    const timer = setTimeout(() => child.kill("SIGKILL"), 30_000);
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      const before = ends();
      printed += text;
      if (ends() === before) continue;
      if (ends() === 1) folder.write("lib/made.ts", "a");
      else child.kill("SIGINT");
    }
    clearTimeout(timer);
    await child.status;
    Deno.chmodSync(`${folder.path}/locked`, 0o700);
    assertEquals(ends(), 2, printed);
    // Once for all runs.
    assertMatch(
      await stderr,
      /^warning: Cannot watch ".\/locked" and possibly more: .*EACCES.*\n$/,
    );
    const left = [...Deno.readDirSync(folder.path)].map(({ name }) => name);
    assertEquals(left.sort(), ["lib", "locked"]);
  });
}
