import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { ByteSink } from "../../src/runtime/runtime.ts";
import { writeAll } from "../../src/runtime/write_all.ts";

/** A pipe that takes at most so many bytes at a time, and is full whenever asked to be. */
class Pipe implements ByteSink {
  readonly taken: number[] = [];
  readonly asked: number[] = [];
  readonly #errors: unknown[];
  readonly #most: number;

  constructor(most: number, errors: unknown[] = []) {
    this.#most = most;
    this.#errors = errors;
  }

  write(bytes: Uint8Array, start = 0, end = bytes.length): number {
    if (this.#errors.length > 0) throw this.#errors.pop();
    this.asked.push(end - start);
    const last = Math.min(end, start + this.#most);
    this.taken.push(...bytes.subarray(start, last));
    return last - start;
  }

  size(): undefined {}

  close(): void {}
}

const bytes = Uint8Array.from({ length: 10_000 }, (_, i) => i % 251);

Deno.test("all bytes are written, a page at most at a time", () => {
  const pipe = new Pipe(Infinity);
  writeAll(pipe, bytes);
  assertEquals(pipe.taken, [...bytes]);
  assertEquals(pipe.asked, [4096, 4096, 1808]);
});

Deno.test("what a pipe did not take is written again, and a full one is waited for", () => {
  const full = Object.assign(new Error("full"), { code: "EAGAIN" });
  const pipe = new Pipe(3000, [full, full]);
  writeAll(pipe, bytes);
  assertEquals(pipe.taken, [...bytes]);
});

Deno.test("any other error is the runtime's own", () => {
  const closed = Object.assign(new Error("closed"), { code: "EPIPE" });
  assertStrictEquals(assertThrows(() => writeAll(new Pipe(1, [closed]), bytes)), closed);
});
