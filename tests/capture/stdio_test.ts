import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { captureConsole, captureStdio, pieces } from "../../src/capture/stdio.ts";
import { PipesStdioFileLogWriter } from "../../src/writers/stdio_file_log_writer.ts";
import { DagsterPipesError } from "../../src/errors.ts";
import { streamLine } from "../../src/protocol/reports.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const PAGE = 4096;

/** Keeps what the tests print away from the output of the tests themselves. */
function quietly(fn: () => void): void {
  const { stdout, stderr } = Deno;
  const real = [stdout.writeSync, stderr.writeSync] as const;
  stdout.writeSync = stderr.writeSync = (bytes) => bytes.length;
  try {
    fn();
  } finally {
    [stdout.writeSync, stderr.writeSync] = real;
  }
}

/** What is captured while a function runs. */
function captured(fn: () => void): { stdout: string; stderr: string } {
  const texts = { stdout: "", stderr: "" };
  quietly(() => {
    const stop = captureStdio((stream, text) => void (texts[stream] += text));
    fn();
    stop();
  });
  return texts;
}

/** The files below a folder that this process has open. */
function openFiles(folder: string): string[] {
  const paths = [...Deno.readDirSync("/proc/self/fd")].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`);
    } catch {
      // Closed by now, by another test that runs meanwhile.
      return "";
    }
  });
  return paths.filter((path) => path.startsWith(folder));
}

Deno.test("what cannot be replaced stays as it is, and the rest is captured", () => {
  const { console: real, Deno: { stdout: { writeSync } } } = globalThis;
  const frozen = Object.freeze({ ...real });
  globalThis.console = frozen;
  try {
    const { stdout } = captured(() => {
      Deno.stdout.writeSync(new TextEncoder().encode("x\n"));
      assertEquals(console.log, real.log);
    });
    assertEquals(stdout, "x\n");
    assertEquals(Deno.stdout.writeSync, writeSync);
  } finally {
    globalThis.console = real;
  }
});

Deno.test("where a log file cannot be opened, the other does not stay open", () => {
  using folder = new TempFolder();
  // A folder where a file is to be: the other file is open by then.
  folder.write("2/stderr/file", "");
  assertThrows(
    () => new PipesStdioFileLogWriter().open({ logs_dir: `${folder.path}/2` }),
    DagsterPipesError,
    "It is a directory",
  );
  assertEquals(openFiles(folder.path), []);
});

Deno.test("text is cut into pieces that each make a line of at most a page, and lose nothing", () => {
  const unit = fc.constantFrom(
    "a",
    "ä",
    "\u20ac",
    "\u{1F600}",
    "\0",
    '"',
    "\n",
    "\u2028",
    "\x1b[31m",
  );
  const texts = fc.string({ unit, maxLength: 20_000, size: "max" });
  fc.assert(
    fc.property(texts, (text) => {
      const cut = [...pieces(text)];
      assertEquals(cut.join(""), text);
      for (const piece of cut) {
        assert(piece.isWellFormed(), "a character was cut in two");
        assert(
          piece !== "" &&
            new TextEncoder().encode(`${streamLine("stdout", piece)}\n`).length <= PAGE,
        );
      }
    }),
    { seed: 20261124, numRuns: 100 },
  );
});

Deno.test("an ordinary text is one piece, an empty one none", () => {
  assertEquals([...pieces("hello\n")], ["hello\n"]);
  assertEquals([...pieces("")], []);
});

Deno.test("what is written to each stream is captured, and still written", () => {
  const real: string[] = [];
  const { writeSync } = Deno.stdout;
  Deno.stdout.writeSync = (bytes) => real.push(new TextDecoder().decode(bytes)) && bytes.length;
  const texts: string[] = [];
  try {
    const stop = captureStdio((stream, text) => texts.push(`${stream}: ${text}`));
    Deno.stdout.writeSync(new TextEncoder().encode("direct\n"));
    stop();
    Deno.stdout.writeSync(new TextEncoder().encode("afterwards\n"));
  } finally {
    Deno.stdout.writeSync = writeSync;
  }
  assertEquals(texts, ["stdout: direct\n"]);
  assertEquals(real, ["direct\n", "afterwards\n"]);
});

Deno.test("a character that is cut between two writes arrives whole", () => {
  const bytes = new TextEncoder().encode("a\u{1F600}b");
  for (let at = 0; at <= bytes.length; at++) {
    const { stdout, stderr } = captured(() => {
      Deno.stdout.writeSync(bytes.subarray(0, at));
      Deno.stderr.writeSync(new TextEncoder().encode("-"));
      Deno.stdout.writeSync(bytes.subarray(at));
    });
    assertEquals([stdout, stderr], ["a\u{1F600}b", "-"]);
  }
});

Deno.test("a character that is never finished is replaced at the end", () => {
  const { stdout } = captured(() => Deno.stdout.writeSync(new Uint8Array([0x61, 0xf0, 0x9f])));
  assertEquals(stdout, "a\ufffd");
});

Deno.test("a print while a capture is told of does not go round in a circle", () => {
  const texts: string[] = [];
  quietly(() => {
    const stop = captureStdio((_, text) => {
      texts.push(text);
      Deno.stdout.writeSync(new TextEncoder().encode("again\n"));
    });
    Deno.stdout.writeSync(new TextEncoder().encode("once\n"));
    stop();
  });
  assertEquals(texts, ["once\n"]);
});

Deno.test("an error does not reach whoever prints, but whoever ends the capture", () => {
  quietly(() => {
    const stop = captureStdio(() => {
      throw new Error("no way out");
    });
    assertEquals(Deno.stdout.writeSync(new TextEncoder().encode("x\n")), 2);
    assertThrows(stop, Error, "no way out");
  });
});

Deno.test("the streams and the console are as before once all is ended", () => {
  const before = [
    Deno.stdout.writeSync,
    Deno.stdout.write,
    Deno.stderr.writeSync,
    Deno.stderr.write,
  ];
  const { log, debug, info, warn, error } = console;
  const stops = [captureStdio(() => {}), captureConsole(() => {})];
  for (const stop of stops.reverse()) stop();
  assertEquals([
    Deno.stdout.writeSync,
    Deno.stdout.write,
    Deno.stderr.writeSync,
    Deno.stderr.write,
  ], before);
  assertEquals([
    console.log,
    console.debug,
    console.info,
    console.warn,
    console.error,
  ], [log, debug, info, warn, error]);
});

Deno.test("where somebody replaced the console meanwhile, theirs goes on working, and nothing is captured", () => {
  const before = console.log;
  const messages: string[] = [];
  const stop = captureConsole((message) => {
    messages.push(message);
  });
  const ours = console.log;
  console.log = (...args: unknown[]) => ours("theirs:", ...args);
  try {
    quietly(() => {
      console.log("a");
      stop();
      console.log("b");
    });
  } finally {
    console.log = before;
  }
  assertEquals(messages, ["theirs: a"]);
});

Deno.test("a console that was replaced before a capture prints what is captured", () => {
  const { warn, error } = console;
  const printed: unknown[] = [];
  const messages: string[] = [];
  console.warn = (...args) => void printed.push(["warn", ...args]);
  console.error = (...args) => void printed.push(["error", ...args]);
  try {
    const stop = captureConsole((message, level) => messages.push(`${level} ${message}`));
    console.warn("a", { b: 1 });
    console.assert(false, "c");
    console.error("d");
    stop();
  } finally {
    Object.assign(console, { warn, error });
  }
  assertEquals(messages, ["WARNING a { b: 1 }", "WARNING Assertion failed: c", "ERROR d"]);
  assertEquals(printed, [
    ["warn", "%s", "a { b: 1 }"],
    ["warn", "%s", "Assertion failed: c"],
    ["error", "%s", "d"],
  ]);
});

Deno.test("the console's methods have their levels, and text as Node formats it", () => {
  const messages: string[] = [];
  quietly(() => {
    const stop = captureConsole((message, level) => messages.push(`${level} ${message}`));
    console.debug("a", 1);
    console.log("%s is %d", "b", 2);
    console.info({ c: [3] });
    console.warn("d\ne");
    console.error(new Error("f").message);
    stop();
    console.log("afterwards");
  });
  assertEquals(messages, [
    "DEBUG a 1",
    "INFO b is 2",
    "INFO { c: [ 3 ] }",
    "WARNING d\ne",
    "ERROR f",
  ]);
});

Deno.test("what the console prints as a log message is not captured as output too", () => {
  const logged: string[] = [];
  const { stdout } = captured(() => {
    const stop = captureConsole((message) => void logged.push(message));
    console.log("x");
    stop();
  });
  assertEquals([logged, stdout], [["x"], ""]);
});

Deno.test("each of several captures takes what the console prints, as output or as a message", () => {
  const outer: string[] = [];
  const logged: string[] = [];
  const { stdout } = captured(() => {
    const stops = [
      captureConsole((message) => void logged.push(message)),
      captureStdio((_, text) => void outer.push(text)),
    ];
    console.log("x");
    for (const stop of stops.reverse()) stop();
    const stop = captureStdio((_, text) => void outer.push(text));
    console.log("y");
    stop();
  });
  assertEquals([logged, outer, stdout], [["x"], ["x\n", "y\n"], "y\n"]);
});

Deno.test("a console message that cannot be filled in is shown, and does not throw", () => {
  const circle: Record<string, unknown> = {};
  circle.itself = circle;
  const messages: string[] = [];
  quietly(() => {
    const stop = captureConsole((message) => void messages.push(message));
    console.log("%j", circle);
    stop();
  });
  assertEquals(messages.length, 1);
  assert(messages[0]!.includes("[Circular"), messages[0]);
});
