import { assert, assertEquals } from "@std/assert";
import { readReceivedLine } from "../../src/local/received/received_line.ts";
import type { ByteSink } from "../../src/runtime/runtime.ts";
import { LineChannel } from "../../src/writers/line_channel.ts";
import { PageLayout } from "../../src/writers/untorn_lines.ts";

const PAGE = 4096;

/** A file in memory. */
class FakeFile implements ByteSink {
  readonly writes: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  readonly #hasSize: boolean;
  length: number;

  constructor(length = 0, hasSize = true) {
    this.length = length;
    this.#hasSize = hasSize;
  }

  write(buffer: Uint8Array, from = 0, to: number = buffer.length): number {
    const bytes = buffer.slice(from, to);
    this.writes.push({ at: this.length, bytes });
    this.length += bytes.length;
    return bytes.length;
  }

  size(): number | undefined {
    return this.#hasSize ? this.length : undefined;
  }

  close(): void {}

  /** The lines with the place where each starts. */
  lines(): { at: number; text: string }[] {
    const lines: { at: number; text: string }[] = [];
    for (const { at, bytes } of this.writes) {
      let start = 0;
      while (start < bytes.length) {
        const end = bytes.indexOf(0x0a, start);
        assert(end >= 0, "a write ends in the middle of a line");
        lines.push({ at: at + start, text: new TextDecoder().decode(bytes.subarray(start, end)) });
        start = end + 1;
      }
    }
    return lines;
  }
}

function message(length: number): string {
  const start = '{"__dagster_pipes_version":"0.1","method":"log","params":{"message":"';
  const end = '","level":"INFO"}}';
  return start + "m".repeat(length - start.length - end.length - 1) + end;
}

/** Lengths with their line ends, in an order that is the same each time. */
function lengths(count: number, from: number, to: number): number[] {
  let state = 20261124;
  return Array.from({ length: count }, () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return from + state % (to - from);
  });
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

Deno.test("no line of up to a page crosses the border of one, and each is a message", () => {
  for (const start of [0, 1, 4000, 4095, 10_000]) {
    const file = new FakeFile(start);
    const sink = new LineChannel(file, "x", { layout: new PageLayout(file) });
    const sent = lengths(2000, 120, PAGE + 1).map(message);
    for (const line of sent) sink.writeMessage(line);
    const lines = file.lines();
    const first = lines.findIndex(({ at }) => at % PAGE === 0);
    for (const { at, text } of lines.slice(first)) {
      const last = at + bytesOf(text);
      assertEquals(Math.floor(at / PAGE), Math.floor(last / PAGE));
    }
    for (const { text } of lines) {
      assert("method" in readReceivedLine(text), text.slice(0, 100));
    }
    assertEquals(
      lines.map(({ text }) => text.trimEnd()).filter((text) => text.includes("mmm")),
      sent,
    );
  }
});

for (const length of [PAGE + 1, 30_000, 1_000_000]) {
  Deno.test(`ahead of a line of ${length} bytes, in the same write, goes a DEBUG log`, () => {
    const file = new FakeFile(100);
    const sink = new LineChannel(file, "x", { layout: new PageLayout(file) });
    const long = message(length);
    sink.writeMessage(long);
    assertEquals(file.writes.length, 1);
    const [first, second] = file.lines();
    const read = readReceivedLine(first!.text);
    assertEquals("event" in read ? read.event : read, {
      type: "log",
      level: "DEBUG",
      message: `A message of ${length} bytes follows`,
    });
    assertEquals(second!.text, long);
  });
}

Deno.test("lines of any length arrive in order, whole", () => {
  const file = new FakeFile();
  const sink = new LineChannel(file, "x", { layout: new PageLayout(file) });
  const sent = [
    ...lengths(200, 120, 20_000),
    ...lengths(30, 100_000, 300_000),
    ...lengths(200, 120, 5_000),
  ].map(message);
  for (const line of sent) sink.writeMessage(line);
  assertEquals(
    file.lines().map(({ text }) => text.trimEnd()).filter((text) => text.includes("mmm")),
    sent,
  );
});

Deno.test("nothing is added once another process writes to the file", () => {
  const file = new FakeFile();
  const sink = new LineChannel(file, "x", { layout: new PageLayout(file) });
  sink.writeMessage(message(200));
  file.length += 57;
  const sent = lengths(500, 120, 3_000).map(message);
  for (const line of sent) sink.writeMessage(line);
  const found = file.lines().slice(1).map(({ text }) => text);
  // Until the next border the other process is not seen, and one line may be padded.
  assertEquals(found.map((text) => text.trimEnd()), sent);
  assert(found.filter((text) => text.endsWith(" ")).length <= 1);
});

Deno.test("nothing is added where there is no file", () => {
  const file = new FakeFile(0, false);
  const sink = new LineChannel(file, "x", { layout: new PageLayout(file) });
  const sent = [...lengths(100, 120, 5_000), 500_000].map(message);
  for (const line of sent) sink.writeMessage(line);
  assertEquals(file.lines().map(({ text }) => text), sent);
});
