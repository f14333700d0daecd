import { assertEquals } from "@std/assert";
import { LineSplitter } from "../../src/process/line_splitter.ts";

const encoder = new TextEncoder();

function texts(lines: Iterable<Uint8Array>): string[] {
  return [...lines].map((line) => new TextDecoder().decode(line));
}

Deno.test("lines are whole wherever the stream is cut", () => {
  const text = "one\n\ntwo\nthree";
  for (let size = 1; size <= text.length; size++) {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (let start = 0; start < text.length; start += size) {
      lines.push(...texts(splitter.push(encoder.encode(text.slice(start, start + size)))));
    }
    assertEquals([...lines, ...texts([splitter.rest()])], ["one\n", "\n", "two\n", "three"]);
    assertEquals(splitter.rest().length, 0);
  }
});

Deno.test("half a line is kept though its buffer is used again", () => {
  const splitter = new LineSplitter();
  const buffer = encoder.encode("ha");
  assertEquals(texts(splitter.push(buffer)), []);
  buffer.set(encoder.encode("l\n"));
  assertEquals(texts(splitter.push(buffer)), ["hal\n"]);
});

Deno.test("a line that is too long is cut, and what follows is not lost", () => {
  const splitter = new LineSplitter(4);
  assertEquals(texts(splitter.push(encoder.encode("abc"))), []);
  assertEquals(texts(splitter.push(encoder.encode("def"))), ["abcdef"]);
  assertEquals(texts(splitter.push(encoder.encode("gh\ni"))), ["gh\n"]);
  assertEquals(texts([splitter.rest()]), ["i"]);
});
