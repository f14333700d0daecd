import { assert, assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError } from "../../src/errors.ts";
import type { ByteSink } from "../../src/runtime/runtime.ts";
import { LineChannel } from "../../src/writers/line_channel.ts";

/** What a write does: takes so many bytes, or throws. Behind the last step, all bytes are taken. */
type Step = number | Error;

class FakeSink implements ByteSink {
  readonly writes: Uint8Array[] = [];
  closed = 0;
  readonly #steps: Step[];

  constructor(steps: Step[] = []) {
    this.#steps = steps;
  }

  write(buffer: Uint8Array, from = 0, to: number = buffer.length): number {
    const bytes = buffer.subarray(from, to);
    const step = this.#steps.shift() ?? bytes.length;
    if (typeof step !== "number") throw step;
    this.writes.push(bytes.slice(0, step));
    return Math.min(step, bytes.length);
  }

  size(): undefined {}

  close(): void {
    this.closed++;
  }

  get text(): string {
    const decoder = new TextDecoder();
    // A write may end in the middle of a character.
    const parts = this.writes.map((bytes) => decoder.decode(bytes, { stream: true }));
    return parts.join("") + decoder.decode();
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: said the system`), { code });
}

function codeOf(action: () => void): string {
  return assertThrows(action, DagsterPipesError).code;
}

Deno.test("each line is one write, with its line end", () => {
  const sink = new FakeSink();
  const lines = new LineChannel(sink, "x");
  lines.writeMessage("a");
  lines.writeMessage("ä\u{1F600}");
  lines.writeMessage("");
  assertEquals(sink.writes.length, 3);
  assertEquals(sink.text, "a\nä\u{1F600}\n\n");
});

Deno.test("a short write is gone on with, from where it stood", () => {
  const sink = new FakeSink([2, 1, 3]);
  const lines = new LineChannel(sink, "x");
  lines.writeMessage("abcdefgh");
  lines.writeMessage("second");
  assertEquals(sink.text, "abcdefgh\nsecond\n");
});

Deno.test("a full pipe is waited for, whatever the runtime calls it", () => {
  const wouldBlock = new Error("blocks");
  wouldBlock.name = "WouldBlock";
  const sink = new FakeSink([systemError("EAGAIN"), wouldBlock, 3, systemError("EAGAIN")]);
  new LineChannel(sink, "x").writeMessage("abcdef");
  assertEquals(sink.text, "abcdef\n");
});

Deno.test("no write is longer than its limit", () => {
  const sink = new FakeSink();
  new LineChannel(sink, "x", { maxWriteBytes: 10 }).writeMessage("y".repeat(95));
  assertEquals(sink.writes.map(({ length }) => length), [10, 10, 10, 10, 10, 10, 10, 10, 10, 6]);
  assertEquals(sink.text, `${"y".repeat(95)}\n`);
});

Deno.test("a line of any length arrives whole, in one write", () => {
  for (const length of [21_844, 21_845, 65_535, 65_536, 200_000, 1_000_000]) {
    for (const character of ["x", "ä", "\u20ac", "\u{1F600}"]) {
      const sink = new FakeSink();
      const lines = new LineChannel(sink, "x");
      const line = character.repeat(length / character.length);
      lines.writeMessage(line);
      lines.writeMessage("after");
      assertEquals(sink.writes.length, 2);
      assert(sink.text === `${line}\nafter\n`);
    }
  }
});

Deno.test("a line of which nothing was written can be written again", () => {
  const sink = new FakeSink([systemError("ENOSPC")]);
  const lines = new LineChannel(sink, "the messages file");
  const error = assertThrows(() => lines.writeMessage("a"), DagsterPipesError);
  assertEquals(error.code, "messages_unavailable");
  assertEquals(
    error.message,
    "Cannot write a message to the messages file: ENOSPC: said the system. Free space on its file system",
  );
  assertEquals((error.cause as { code: string }).code, "ENOSPC");
  lines.writeMessage("a");
  assertEquals(sink.text, "a\n");
});

Deno.test("where a write stops in the middle, the rest goes out before any other byte", () => {
  const sink = new FakeSink([3, systemError("ENOSPC")]);
  const lines = new LineChannel(sink, "x");
  const error = assertThrows(() => lines.writeMessage("abcdef"), DagsterPipesError);
  assertEquals(error.code, "message_incomplete");
  assert(error.message.includes("4 bytes are left"), error.message);
  lines.writeMessage("second");
  assertEquals(sink.text, "abcdef\nsecond\n");
});

Deno.test("until the rest is out every line is refused, and nothing of it is written", () => {
  const full = systemError("ENOSPC");
  const sink = new FakeSink([3, full, full, 1, full]);
  const lines = new LineChannel(sink, "x");
  assertEquals(codeOf(() => lines.writeMessage("abcdef")), "message_incomplete");
  assertEquals(codeOf(() => lines.writeMessage("second")), "messages_unavailable");
  assertEquals(codeOf(() => lines.writeMessage("third")), "messages_unavailable");
  assertEquals(sink.text, "abcd");
  lines.writeMessage("fourth");
  assertEquals(sink.text, "abcdef\nfourth\n");
});

Deno.test("the rest is kept though the next line is encoded into the same buffer", () => {
  const sink = new FakeSink([1, systemError("ENOSPC")]);
  const lines = new LineChannel(sink, "x");
  codeOf(() => lines.writeMessage("aaaaaaaa"));
  lines.writeMessage("bbbbbbbbbbbbbbbb");
  assertEquals(sink.text, "aaaaaaaa\nbbbbbbbbbbbbbbbb\n");
});

Deno.test("closing writes the rest first, and gives the descriptor back even where it cannot", () => {
  const sink = new FakeSink([3, systemError("ENOSPC")]);
  const lines = new LineChannel(sink, "x");
  codeOf(() => lines.writeMessage("abcdef"));
  lines.close();
  assertEquals([sink.text, sink.closed], ["abcdef\n", 1]);

  const stuck = new FakeSink([3, systemError("ENOSPC"), systemError("ENOSPC")]);
  const other = new LineChannel(stuck, "x");
  codeOf(() => other.writeMessage("abcdef"));
  assertEquals(codeOf(() => other.close()), "messages_unavailable");
  assertEquals(stuck.closed, 1);
});

Deno.test("a closed pipe is told with what to do", () => {
  const lines = new LineChannel(new FakeSink([systemError("EPIPE")]), "stdout");
  const error = assertThrows(() => lines.writeMessage("a"), DagsterPipesError);
  assert(error.message.includes("check that the process which reads it still runs"), error.message);
});

Deno.test("text ahead of a line goes out in the same write", () => {
  const sink = new FakeSink();
  const lines = new LineChannel(sink, "x", { textAhead: (line) => line === "b" ? "ahead\n" : "" });
  for (const line of ["a", "b", "c"]) lines.writeMessage(line);
  assertEquals(sink.writes.length, 3);
  assertEquals(sink.text, "a\nahead\nb\nc\n");
});
