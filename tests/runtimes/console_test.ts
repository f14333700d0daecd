import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launch, type LaunchOptions, launchWell, type Outcome } from "../kit/launch.ts";
import { assertOneSession, messagesAmong, messagesOf } from "../kit/messages.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/** Runs the program of consoles, or another one. */
async function printing(
  runtime: RuntimeName,
  args: readonly string[],
  program = "console.ts",
): Promise<Outcome> {
  using folder = new TempFolder();
  const messagesParams = { path: `${folder.path}/messages`, include_stdio_in_messages: true };
  const outcome = await launchWell(runtime, program, { folder, args, messagesParams });
  assertOneSession(messagesOf(outcome.raw));
  return outcome;
}

/** The log messages of a session, each behind its level. */
function logged({ raw }: Outcome): string[] {
  return messagesOf(raw).filter(({ method }) => method === "log")
    .map(({ params }) => `${params.level} ${params.message}`);
}

/** What came as output. */
function output({ raw }: Outcome, stream: "stdout" | "stderr"): string {
  return messagesOf(raw)
    .filter(({ method, params }) => method === "log_external_stream" && params.stream === stream)
    .map(({ params }) => params.text).join("");
}

/** What is behind each line `call N`: what that call printed. */
function calls(text: string): string[] {
  return text.split(/^ *call \d+\n/m);
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: what console prints of values of all kinds is what it logs, to the letter`, async () => {
    const outcome = await printing(runtime, ["as messages"], "console_texts.ts");
    const texts = calls(logged(outcome).map((log) => `${log.replace(/^INFO /, "")}\n`).join(""));
    const printed = calls(outcome.stdout);
    assertEquals(texts.length, printed.length);
    assert(texts.length > 700, `only ${texts.length} calls`);
    assertEquals(texts, printed);
    assertEquals(output(outcome, "stdout"), "");
  });

  Deno.test(`${runtime}: what console prints of values of all kinds, in groups too, is what comes as output`, async () => {
    const outcome = await printing(runtime, ["as output"], "console_texts.ts");
    assertEquals(output(outcome, "stdout"), outcome.stdout);
  });

  Deno.test(`${runtime}: failed assertions about symbols, and objects of all kinds, are logged as they are printed`, async () => {
    const outcome = await printing(runtime, ["asserts"]);
    const logs = logged(outcome);
    assertEquals(logs.length, 6);
    assertEquals(logs.map((log) => `${log.replace(/^WARNING /, "")}\n`).join(""), outcome.stderr);
    assertStringIncludes(logs[0]!, "Symbol(symbol)");
    assertStringIncludes(logs[1]!, "[Object: null prototype] { bare: 1 }");
    assertStringIncludes(logs[2]!, "{ a: 1 }");
    assertStringIncludes(logs[3]!, "this is filled in");
  });

  Deno.test(`${runtime}: code that prints while it is shown runs as often as it prints, and nothing is lost`, async () => {
    const outcome = await printing(runtime, ["prints while it is shown"]);
    const logs = logged(outcome);
    const inner = logs.filter((log) => log.startsWith("INFO inner"));
    assert(inner.length >= 7, `only ${inner.length} calls`);
    assertEquals(inner, inner.map((_, i) => `INFO inner ${i + 1}`));
    assertEquals(outcome.stdout.match(/^ *inner \d+$/gm)?.length, inner.length);
    const outer = logs.filter((log) => log.includes("outer")).map((log) => log.split(" ")[0]);
    assertEquals(outer, ["INFO", "ERROR", "INFO", "WARNING", "INFO", "ERROR", "INFO"]);
  });

  Deno.test(`${runtime}: a value that prints itself while it is shown throws, as without a session`, async () => {
    const outcome = await printing(runtime, ["shows itself"]);
    assertEquals(logged(outcome).at(-1), "INFO thrown: RangeError");
  });

  Deno.test(`${runtime}: what console throws of a wrong argument reaches the script`, async () => {
    const outcome = await printing(runtime, ["a wrong argument"]);
    assertEquals(logged(outcome), ["INFO thrown: ERR_INVALID_ARG_TYPE"]);
  });

  Deno.test(`${runtime}: what is printed while the session closes is logged, and fails nothing`, async () => {
    const outcome = await printing(runtime, ["while it closes"]);
    assertEquals(logged(outcome), ["INFO while it closes", "INFO still"]);
    assertEquals(outcome.stdout, "while it closes\nstill\nclosed\n");
  });

  Deno.test(`${runtime}: a trace is printed and logged with the script's frames first`, async () => {
    const outcome = await printing(runtime, ["trace"]);
    const [log = ""] = logged(outcome);
    assertEquals(`${log.replace("ERROR ", "")}\n`, outcome.stderr);
    const [head, first] = outcome.stderr.split("\n");
    assertEquals(head, "Trace: marked by me");
    assertMatch(first!, /^ +at .*console\.ts:\d+:\d+\)?$/);
  });

  Deno.test(`${runtime}: groups, counters and tables are logged as they are printed, without indentation`, async () => {
    const outcome = await printing(runtime, ["state"]);
    const texts = logged(outcome).map((log) => `${log.replace(/^INFO /, "")}\n`);
    const unindented = outcome.stdout.replace(/^ {2}(?=\S)|^ {4}(?=[{\S])/gm, "");
    const drawn = /^[┌│├└].*\n/gm;
    const lines = (text: string): string => text.replace(drawn, "").replace(/^ +/gm, "");
    assertEquals(lines(texts.join("")), lines(unindented));
    assertEquals(texts.join("").match(drawn)?.length, 5);

    const asOutput = await printing(runtime, ["state", "as output"]);
    assertEquals(
      output(asOutput, "stdout").replace(drawn, ""),
      asOutput.stdout.replace(drawn, ""),
    );
  });

  Deno.test(`${runtime}: on a full disk console goes on, and the end of the session tells what is lost`, async () => {
    const limited = ["sh", "-c", 'trap "" XFSZ; ulimit -S -f 32; exec "$@"', "sh"];
    const outcome = await launch(runtime, "console.ts", { args: ["full disk"], under: limited });
    assertEquals(outcome.code, 1);
    assertStringIncludes(outcome.stderr, "thrown: 0, closed: false");
    assertMatch(outcome.stderr, /Cannot write (a|the rest of a) message to the messages file/);
    assertEquals(outcome.stdout.split("\n").length, 2001);
  });

  Deno.test(`${runtime}: where stdout is on a full disk, Dagster gets what console prints`, async () => {
    const under = ["sh", "-c", 'exec "$@" > /dev/full', "sh"];
    const options: LaunchOptions = { args: ["full disk"], under };
    const outcome = await launch(runtime, "console.ts", options);
    assertStringIncludes(outcome.stderr, "thrown: 0, closed: false");
    assertEquals(logged(outcome).length, 2000);
    // Others than Deno do not tell.
    assertEquals(outcome.code, runtime === "deno" ? 1 : 0, outcome.stderr);
  });

  Deno.test(`${runtime}: with a frozen console a session opens, and says once that it is not captured`, async () => {
    const outcome = await printing(runtime, ["frozen"]);
    assertEquals(logged(outcome), []);
    assertEquals(outcome.stdout, "printed\n");
    assertEquals(
      outcome.stderr,
      "Not captured: what console prints, as its methods cannot be replaced. Freeze console after " +
        "the session opened, if at all\nprinted too\n",
    );
    // Messages between the output need to know of no console.
    const { stdout, code } = await launch(runtime, "console.ts", {
      args: ["frozen", "as output"],
      messagesParams: { stdio: "stdout" },
    });
    assertEquals(code, 0);
    assertOneSession(messagesAmong(stdout));
  });

  Deno.test(`${runtime}: a console that is frozen within a session goes on, and the session closes`, async () => {
    const outcome = await printing(runtime, ["frozen later"]);
    assertEquals(logged(outcome), ["INFO printed"]);
    assertEquals(outcome.stderr, "");
  });

  Deno.test(`${runtime}: a console that lacks methods is captured as far as it goes`, async () => {
    const outcome = await printing(runtime, ["without methods"]);
    // Bun takes Node's `Console` from there.
    assertEquals(logged(outcome), runtime === "bun" ? [] : ["INFO printed"]);
    assertEquals(outcome.stderr.includes("Not captured: what console "), runtime === "bun");
  });

  Deno.test(`${runtime}: tables of any cells, and what is no table, are logged as they are printed`, async () => {
    const outcome = await printing(runtime, ["tables"]);
    const logs = logged(outcome);
    assertEquals(logs.length, 3);
    assertEquals(logs.map((log) => `${log.replace("INFO ", "")}\n`).join(""), outcome.stdout);
    assertStringIncludes(logs[1]!, "1970-01-01T00:00:00.000Z");
  });

  Deno.test(`${runtime}: what a stream is ended with comes as output`, async () => {
    const outcome = await printing(runtime, ["ended", "as output"]);
    assertEquals(output(outcome, "stdout"), "one\nlast of stdout\n");
    assertEquals(output(outcome, "stderr"), "last of stderr\n");
    assertEquals(outcome.stdout, "one\nlast of stdout\n");
  });
}
