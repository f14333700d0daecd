import { assert, assertEquals } from "@std/assert";
import { MessageBuffer, utf8Length } from "../../src/stores/chunks/message_buffer.ts";
import { seeded } from "./bad_weather.ts";

const ALL = { messages: Infinity, bytes: Infinity };

function bufferOf(lines: readonly string[]): MessageBuffer {
  const buffer = new MessageBuffer();
  for (const line of lines) buffer.add(line, utf8Length(line));
  return buffer;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

Deno.test("what is taken is what was added, in order, within the limits", () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = seeded(seed);
    const buffer = new MessageBuffer();
    const waiting: string[] = [];
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < random() * 400; i++) {
        const length = Math.floor(random() < 0.01 ? random() * 400_000 : random() * 200);
        const line = `${seed} ${i} ${["\u00e9", "\u{1F600}", "y"][i % 3]}`.padEnd(length, "z");
        buffer.add(line, utf8Length(line));
        waiting.push(line);
      }
      assertEquals(buffer.messages, waiting.length);
      if (waiting.length === 0) continue;
      const limits = random() < 0.3
        ? ALL
        : { messages: 50 + random() * 800, bytes: 20_000 + random() * 500_000 };
      const { bytes, messages } = buffer.take(limits);
      assert(messages <= limits.messages);
      assert(messages === 1 || bytes.length <= limits.bytes);
      assertEquals(textOf(bytes).trimEnd().split("\n"), waiting.splice(0, messages));
      assertEquals(buffer.messages, waiting.length);
    }
    if (waiting.length > 0) buffer.take(ALL);
    assertEquals([buffer.messages, buffer.bytes], [0, 0]);
  }
});

Deno.test("a limit is used up, and one message is always taken", () => {
  const buffer = bufferOf(Array.from({ length: 1000 }, () => "x".repeat(99)));
  assertEquals(buffer.take({ messages: 500, bytes: Infinity }).messages, 500);
  assertEquals(buffer.take({ messages: Infinity, bytes: 24_999 }).bytes.length, 24_999);
  assertEquals(buffer.take({ messages: Infinity, bytes: 1 }).messages, 1);
});

Deno.test("a mark stands behind the last line, and is counted in the bytes", () => {
  const buffer = bufferOf(["one", "two"]);
  assertEquals(textOf(buffer.take(ALL, "\t\t").bytes), "one\ntwo\t\t");
  const lines = bufferOf(Array.from({ length: 150 }, () => "x".repeat(99)));
  assertEquals(lines.take({ messages: 150, bytes: 10_000 }, "\t\t").messages, 99);
  assertEquals(lines.take({ messages: 150, bytes: 101 }, "\t\t").messages, 1);
  assertEquals(lines.take({ messages: 150, bytes: 201 }, "\t\t").messages, 2);
});
