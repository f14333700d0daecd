import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import { type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launch, type LaunchOptions, type Outcome } from "../kit/launch.ts";
import {
  assertOneSession,
  linesOf,
  logsOf,
  type Message,
  messagesAmong,
  messagesOf,
} from "../kit/messages.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const AFTER = "after the session\n";

async function printing(runtime: RuntimeName, what: string, code = 0): Promise<Outcome> {
  using folder = new TempFolder();
  const outcome = await launch(runtime, "printing.ts", {
    folder,
    args: [what],
    messagesParams: { path: `${folder.path}/messages`, include_stdio_in_messages: true },
  });
  assertEquals(outcome.code, code, outcome.stderr.slice(-2000));
  assertOneSession(messagesOf(outcome.raw));
  return outcome;
}

function captured({ raw }: Outcome, stream: "stdout" | "stderr"): string {
  return messagesOf(raw)
    .filter(({ method, params }) => method === "log_external_stream" && params.stream === stream)
    .map(({ params }) => params.text).join("");
}

/**
 * Whether the numbered lines stand as they were printed: each kind once for each number, and always
 * in the same turn.
 */
function inOrder(text: string): boolean {
  const lines = text.match(/^(?:log|direct|last|error|bytes) \d+/gm) ?? [];
  const kinds = lines[0]?.startsWith("log") ? ["log", "direct", "last"] : ["error", "bytes"];
  return lines.length === 20_000 * kinds.length &&
    lines.every((line, i) => line === `${kinds[i % kinds.length]} ${Math.floor(i / kinds.length)}`);
}

/**
 * Compares what was captured with what was really printed, byte for byte. Bun lets `console`
 * overtake `process.stdout` where the reader is slow, without a session as well: there the lines
 * have to be the same ones, in whatever order.
 */
function assertSamePrint(runtime: RuntimeName, text: string, printed: string): void {
  if (runtime !== "bun") assertEquals(text === printed, true);
  const lines = (all: string): string => all.split("\n").sort().join("\n");
  assertEquals(lines(text) === lines(printed), true);
}

for (const runtime of ["deno", "bun", "node22", "node26"] as const) {
  Deno.test(`${runtime}: 100,000 lines printed in five ways are captured whole and in order`, async () => {
    const outcome = await printing(runtime, "mixed");
    for (const [stream, after] of [["stdout", AFTER], ["stderr", ""]] as const) {
      const text = captured(outcome, stream);
      assertGreater(text.split("\n").length, 40_000);
      assertEquals(inOrder(text), true, `${stream} is not in order`);
      assertSamePrint(runtime, text + after, outcome[stream]);
    }
  });

  Deno.test(`${runtime}: 10 MB of UTF-8 cut within characters are captured, in lines of at most a page`, async () => {
    const outcome = await printing(runtime, "bytes");
    assertEquals(captured(outcome, "stdout") + AFTER === outcome.stdout, true);
    assertGreater(outcome.stdout.length, 5_000_000);
    const longest = Math.max(
      ...linesOf(outcome.raw).map((line) => new TextEncoder().encode(line).length),
    );
    assertEquals(longest < 4096, true, `a line of ${longest} bytes`);
  });

  Deno.test(`${runtime}: console messages become log messages, print, and are not captured twice`, async () => {
    const outcome = await printing(runtime, "console");
    const logs = messagesOf(outcome.raw).filter(({ method }) => method === "log")
      .map(({ params }) => `${params.level} ${params.message}`);
    assertEquals(logs.map((log) => log.replace(/\s+/g, " ")), [
      "DEBUG d",
      "INFO l 1",
      "INFO i",
      "WARNING w",
      "ERROR e [ 1 ]",
      "INFO by hand",
    ]);
    assertEquals(captured(outcome, "stdout"), "direct\n");
    assertEquals(captured(outcome, "stderr"), "");
    assertEquals(outcome.stdout, `d\nl 1\ni\ndirect\n${AFTER}`);
  });
}

/** What tells one printed message of the program from another. */
const OTHER_WAYS: readonly RegExp[] = [
  /^Assertion failed: does not hold$/,
  /^c: 1$/,
  /^c: 2$/,
  /^\{ a: 1 \}$/,
  /column.*cell/s,
  /^t: [\d.]+m?s$/,
  /^Trace: here\n\s+at /,
  /^G$/,
  /bare: 1/,
];

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: whatever else console prints becomes a log message once, or output once`, async () => {
    const logged = await printing(runtime, "other console");
    const logs = messagesOf(logged.raw).filter(({ method }) => method === "log");
    assertEquals(logs.length, OTHER_WAYS.length);
    OTHER_WAYS.forEach((way, i) => assertMatch(String(logs[i]?.params.message), way));
    assertEquals(
      logs.map(({ params }) => params.level).join(),
      "WARNING,INFO,INFO,INFO,INFO,INFO,ERROR,INFO,INFO",
    );
    assertEquals(captured(logged, "stdout") + captured(logged, "stderr"), "");

    const printed = await printing(runtime, "other output");
    const text = captured(printed, "stdout") + captured(printed, "stderr");
    for (
      const [word, times] of [
        ["does not hold", 1],
        ["holds", 0],
        ["c: 1", 1],
        ["c: 2", 1],
        ["a: 1", 1],
        ["cell", 1],
        ["\nt: ", 1],
        ["G\n", 1],
      ] as const
    ) assertEquals(text.split(word).length - 1, times, `${word} in ${text}`);
    assertMatch(captured(printed, "stderr"), /Trace: here\n\s+at /);
  });

  Deno.test(`${runtime}: with output as messages, an exit keeps the code that the script chose`, async () => {
    for (const [what, code] of [["exit", 3], ["exit after close", 0]] as const) {
      const { stderr } = await printing(runtime, what, code);
      assertEquals(stderr, "");
    }
  });

  const printingTo = (
    params: Record<string, unknown>,
    what: string,
    options: LaunchOptions = {},
  ): Promise<Outcome> =>
    launch(runtime, "printing.ts", { args: [what], messagesParams: params, ...options });

  Deno.test(`${runtime}: a message on stdout begins a line of its own behind half a line of output`, async () => {
    for (const key of ["stdio", "buffered_stdio"]) {
      const { stdout } = await printingTo({ [key]: "stdout" }, "half lines");
      const messages = messagesAmong(stdout);
      assertOneSession(messages);
      assertEquals(logsOf(messages), ["ten", "still ten"]);
      const others = stdout.trimEnd().split("\n").filter((line) => !line.startsWith("{"));
      assertEquals(
        others,
        key === "stdio"
          ? ["progress 10%", "\rprogress 20%", "after the session"]
          : ["progress 10%\rprogress 20%", "after the session"],
      );
    }
  });

  Deno.test(`${runtime}: what console prints to the other stream ends no half line`, async () => {
    const { stdout } = await printingTo({ stdio: "stdout" }, "half a line and a timer");
    assertEquals(logsOf(messagesAmong(stdout)), ["behind it"]);
  });

  Deno.test(`${runtime}: a stand-in for stdout that is no stream works as without a session`, async () => {
    const { stdout, code } = await printingTo({ stdio: "stderr" }, "a stand-in");
    assertEquals([code, stdout], [0, AFTER]);
  });

  Deno.test(`${runtime}: a message begins a line of its own where the runtime has yet to write what came before`, async () => {
    const { stderr } = await printingTo(
      { stdio: "stderr" },
      "more than a pipe holds",
      { slowStderr: 20 },
    );
    const messages = messagesAmong(stderr);
    assertOneSession(messages);
    assertEquals(logsOf(messages), ["behind it"]);
    assertEquals(stderr.match(/x/g)?.length, 300_000 + countOf(messages, "x"));
  });

  Deno.test(`${runtime}: messages on stdout are not copied into the script's log files`, async () => {
    using folder = new TempFolder();
    const { stdout } = await printingTo({ stdio: "stdout" }, "to a file", {
      args: ["to a file", folder.path],
    });
    assertEquals(logsOf(messagesAmong(stdout)), ["not for the file"]);
    assertEquals(folder.read("stdout"), "hello\n");
  });
}

/** How often a letter is in messages as they were written. */
function countOf(messages: readonly Message[], letter: string): number {
  const text = JSON.stringify(messages.map(({ method, params }) => ({ method, params })));
  return text.split(letter).length - 1;
}
