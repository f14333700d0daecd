import { assert, assertEquals } from "@std/assert";
import { LineSplitter } from "../../src/process/line_splitter.ts";

const encoder = new TextEncoder();

function texts(lines: Iterable<Uint8Array>): string[] {
  return [...lines].map((line) => new TextDecoder().decode(line));
}

Deno.test("lines are whole wherever the stream is cut", () => {
  const text = "one\n\ntwo\nthree";
  for (let size = 1; size <= text.length; size++) {
    const splitter = new LineSplitter(1000);
    const lines: string[] = [];
    for (let start = 0; start < text.length; start += size) {
      lines.push(...texts(splitter.push(encoder.encode(text.slice(start, start + size)))));
    }
    assertEquals([...lines, ...texts([splitter.rest()])], ["one\n", "\n", "two\n", "three"]);
    assertEquals(splitter.rest().length, 0);
  }
});

Deno.test("half a line is kept though its buffer is used again", () => {
  const splitter = new LineSplitter(1000);
  const buffer = encoder.encode("ha");
  assertEquals(texts(splitter.push(buffer)), []);
  buffer.set(encoder.encode("l\n"));
  assertEquals(texts(splitter.push(buffer)), ["hal\n"]);
});

Deno.test("a line that is too long is cut, not within a character, and what follows is not lost", () => {
  const splitter = new LineSplitter(8);
  assertEquals(texts(splitter.push(encoder.encode("abcd"))), []);
  assertEquals(texts(splitter.push(encoder.encode("efghij"))), ["abcdefg"]);
  assertEquals(texts(splitter.push(encoder.encode("kl\nm"))), ["hijkl\n"]);
  assertEquals(texts([splitter.rest()]), ["m"]);
  for (const text of ["€".repeat(20), "😀".repeat(20), "a€😀ü".repeat(10)]) {
    const cut = [...splitter.push(encoder.encode(text)), splitter.rest()];
    assertEquals(texts(cut).join(""), text);
    assert(cut.every(({ length }) => length <= 8));
  }
});

Deno.test("bytes that are not text are cut as well", () => {
  const splitter = new LineSplitter(8);
  const cut = [...splitter.push(new Uint8Array(100).fill(0x80)), splitter.rest()];
  assertEquals(cut.reduce((sum, { length }) => sum + length, 0), 100);
  assert(cut.every(({ length }) => length <= 8));
});
