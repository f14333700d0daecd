import { assert, assertEquals, assertMatch } from "@std/assert";
import { runtimeCommand, type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { launch, launchWell, type Outcome } from "../kit/launch.ts";
import { assertOneSession, logsOf, messagesAmong, messagesOf, sessionOf } from "../kit/messages.ts";
import { TempFolder } from "../kit/temp_folder.ts";

/**
 * Makes stderr non-blocking for as long as the program runs. That is a flag of the open file, which
 * counts for all that share it: whatever a parent or a child does to it happens to the program as
 * well. It is set again and again, for Node gives children a blocking one, and a runtime may do so
 * when it starts.
 */
const NON_BLOCKING = `
  const { spawn } = require("node:child_process");
  const child = spawn(process.argv[1], process.argv.slice(2), { stdio: "inherit" });
  const timer = setInterval(() => process.stderr._handle.setBlocking(false), 1);
  child.on("exit", (code) => { clearInterval(timer); process.exitCode = code ?? 99; });
`;

/**
 * 16 KiB, in the blocks of 512 bytes that POSIX counts in; beyond it a write stops, as on a full
 * disk.
 */
const LIMITED = ["sh", "-c", 'trap "" XFSZ; ulimit -S -f 32; exec "$@"', "sh"];

/**
 * How many bytes of a messages file the limit lets through: `sh` of another kind may count in
 * blocks of 1,024.
 */
const LIMITS = [16 * 1024, 32 * 1024];

async function fill(runtime: RuntimeName, then: string): Promise<Outcome> {
  using folder = new TempFolder();
  const args = ["fill", `${folder.path}/messages`, then];
  return await launch(runtime, "volume.ts", { folder, args, under: LIMITED });
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: 10 MB to a slow reader of a non-blocking stderr arrive whole`, async () => {
    const outcome = await launchWell(runtime, "volume.ts", {
      args: ["flood"],
      messagesParams: { stdio: "stderr" },
      under: [...runtimeCommand("node24"), "-e", NON_BLOCKING],
      slowStderr: 1,
    });
    assertEquals(JSON.parse(outcome.stdout), { isNonBlocking: true });
    assert(outcome.stderr.length > 9_000_000);
    const others = outcome.stderr.split("\n").filter((line) =>
      line !== "" && !line.startsWith("{")
    );
    assertEquals(others.length, 2);
    assertEquals(others[0], "touched");
    assertMatch(others[1] ?? "", /^A message of \d+ bytes goes to a stream/);
    const messages = messagesAmong(outcome.stderr);
    assertOneSession(messages);
    const logs = logsOf(messages);
    assertEquals(logs.length, 4_002);
    assert(logs[0] === "x".repeat(4 * 1024 * 1024));
    for (let i = 0; i < 4_000; i++) {
      assert(logs[i + 1] === `${i}:${"y".repeat(1_000)}`, `line ${i}`);
    }
    assert(logs[4_001] === "\u{1F600}".repeat(512 * 1024));
  });

  Deno.test(`${runtime}: two processes append 500 lines of 100 KB each to one file, every line whole`, async () => {
    using folder = new TempFolder();
    await Promise.all(
      ["a", "b"].map((mark) =>
        launchWell(runtime, "volume.ts", { args: ["append", mark], folder })
      ),
    );
    const found: Record<string, number> = {};
    for (const { method, params } of messagesOf(folder.read("messages"))) {
      const mark = String(params.message ?? "").charAt(0);
      const isWhole = method !== "log" || params.message === mark.repeat(100_000);
      const name = isWhole ? `${method} ${mark}`.trim() : "a line of another text";
      found[name] = (found[name] ?? 0) + 1;
    }
    assertEquals(found, { opened: 2, "log a": 500, "log b": 500, closed: 2 });
  });

  Deno.test(`${runtime}: a disk that fills in the middle of a line fails the process, and the file is named`, async () => {
    const outcome = await fill(runtime, "stop");
    assert(outcome.code !== 0);
    assertEquals(outcome.signal, null);
    assertMatch(outcome.stderr, /DagsterPipesError: Cannot write .*messages/);
    assert(LIMITS.includes(outcome.raw.length), `the file has ${outcome.raw.length} bytes`);
    assert(!outcome.raw.endsWith("\n"), "the limit did not fall in a line");
  });

  Deno.test(`${runtime}: where a full disk is freed, the rest of the torn line goes out before anything else`, async () => {
    const outcome = await fill(runtime, "go on");
    assertEquals(outcome.code, 0, outcome.stderr);
    const { returned, refused, isTorn } = JSON.parse(outcome.stdout) as {
      returned: string[];
      refused: string[];
      isTorn: boolean;
    };
    assert(isTorn, "the limit did not fall in a line");
    for (const message of refused) {
      assertMatch(message, /messages.*(bytes are left|too large|space|limit)/is);
    }
    const messages = sessionOf(outcome.raw);
    const logs = logsOf(messages).map((text) => text.slice(0, 8));
    assertEquals(logs.slice(-2), ["B: freed", "C: after"]);
    assertEquals(
      logs.filter((text) => !returned.includes(text)).length,
      1,
      "only the torn line was both refused and sent",
    );
  });

  Deno.test(`${runtime}: where a full disk is freed, closed still carries the failure`, async () => {
    const outcome = await fill(runtime, "throw");
    assert(outcome.code !== 0);
    assertMatch(outcome.stderr, /given up/);
    const messages = sessionOf(outcome.raw);
    assertMatch(JSON.stringify(messages.at(-1)), /given up/);
  });
}
