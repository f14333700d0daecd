import { assert, assertEquals } from "@std/assert";
import { MessageBuffer } from "../../src/stores/message_buffer.ts";
import { seeded } from "./bad_weather.ts";

const ANY = { messages: Infinity, bytes: Infinity };

function linesOf(bytes: Uint8Array): string[] {
  return bytes.length === 0 ? [] : new TextDecoder().decode(bytes).split("\n");
}

Deno.test("what is taken is what was added, in its order, whatever its size and however much is taken", () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = seeded(seed);
    const buffer = new MessageBuffer();
    const waiting: string[] = [];
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < random() * 400; i++) {
        const length = Math.floor(random() < 0.01 ? random() * 400_000 : random() * 200);
        const line = `${seed} ${i} ${["\u00e9", "\u{1F600}", "y"][i % 3]}`.padEnd(length, "z");
        buffer.add(line);
        waiting.push(line);
      }
      assertEquals(buffer.messages, waiting.length);
      const limits = random() < 0.3
        ? ANY
        : { messages: Math.floor(random() * 8) * 100, bytes: random() * 500_000 };
      const { bytes, messages } = buffer.take(limits);
      assertEquals(linesOf(bytes), waiting.splice(0, messages));
      assertEquals(buffer.messages, waiting.length);
    }
    assertEquals(linesOf(buffer.take(ANY).bytes), waiting);
    assertEquals([buffer.messages, buffer.bytes], [0, 0]);
  }
});

Deno.test("no more is taken than the limits say, but for one piece", () => {
  const buffer = new MessageBuffer();
  for (let i = 0; i < 1000; i++) buffer.add("x".repeat(99));
  assertEquals(buffer.take({ messages: 500, bytes: Infinity }).messages, 500);
  assert(buffer.take({ messages: Infinity, bytes: 25_000 }).bytes.length <= 25_000);
  assertEquals(buffer.take({ messages: 1, bytes: 1 }).messages, 100);
});

Deno.test("a mark stands behind the first line, and is counted in the bytes", () => {
  const mark = new TextEncoder().encode(" \t ");
  const buffer = new MessageBuffer();
  buffer.add("one");
  buffer.add("two");
  const { bytes } = buffer.take(ANY, mark);
  assertEquals(new TextDecoder().decode(bytes), "one \t \ntwo");
  buffer.add("three");
  assertEquals(new TextDecoder().decode(buffer.take(ANY, mark).bytes), "three \t ");
});
