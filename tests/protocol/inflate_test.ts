import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { inflateShort } from "../../src/protocol/inflate.ts";
import { constants, deflateSync } from "node:zlib";

const STRATEGIES = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_FIXED,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
];

function packed(bytes: Uint8Array, level: number, strategy: number): Uint8Array {
  return new Uint8Array(deflateSync(bytes, { level, strategy }));
}

/** Bytes as JSON has them, with repetitions near and far, and bytes of every kind. */
const content = fc.oneof(
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc.uint8Array({ maxLength: 2000 }),
  fc.tuple(fc.string(), fc.nat(3000)).map(([text, times]) =>
    new TextEncoder().encode(text.repeat(times).slice(0, 100_000))
  ),
);

Deno.test("whatever zlib packed short, at any level and by any strategy, comes out as it was", () => {
  fc.assert(
    fc.property(
      content,
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(...STRATEGIES),
      (bytes, level, strategy) => {
        const short = packed(bytes, level, strategy);
        const inflated = inflateShort(short);
        if (short.length > 4096) assertEquals(inflated, undefined);
        else assertEquals(inflated, new Uint8Array(bytes));
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("data that is cut short anywhere is not taken", () => {
  const whole = packed(
    new TextEncoder().encode('{"path": "/tmp/tmpabcdefgh/messages"}'.repeat(3)),
    9,
    constants.Z_DEFAULT_STRATEGY,
  );
  for (let length = 0; length < whole.length; length++) {
    assertEquals(inflateShort(whole.subarray(0, length)), undefined);
  }
});

Deno.test("data with any one bit turned is not taken, or means the same", () => {
  const bytes = new TextEncoder().encode(
    JSON.stringify({ path: "/tmp/tmpabcdefgh/messages", other: [1, 2, 3] }),
  );
  for (const strategy of STRATEGIES) {
    const whole = packed(bytes, 9, strategy);
    // The header is the caller's to look at.
    for (let bit = 16; bit < whole.length * 8; bit++) {
      const turned = whole.slice();
      turned[bit >> 3]! ^= 1 << (bit & 7);
      const inflated = inflateShort(turned);
      if (inflated !== undefined) assertEquals(inflated, bytes);
    }
  }
});

Deno.test("noise never hangs and never throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const inflated = inflateShort(noise);
      assert(inflated === undefined || inflated.length >= 0);
    }),
    { numRuns: 2000 },
  );
});
