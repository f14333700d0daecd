import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { assetKeyParts, assetKeyProblem, escapedAssetKey } from "../../src/protocol/asset_key.ts";

Deno.test("a key is split at each slash that no backslash stands before", () => {
  const keys: [string, string[]][] = [
    ["a", ["a"]],
    ["a/b/c", ["a", "b", "c"]],
    [String.raw`a\/b`, ["a/b"]],
    [String.raw`a\\/b`, ["a\\", "b"]],
    [String.raw`a\\\/b`, ["a\\/b"]],
    [String.raw`c\\d`, ["c\\d"]],
    ["ä b.c", ["ä b.c"]],
  ];
  for (const [key, parts] of keys) {
    assertEquals(assetKeyParts(key), parts);
    assertEquals(escapedAssetKey(parts), key);
  }
});

Deno.test("any parts come back from their escaped string", () => {
  const part = fc.string({
    unit: fc.constantFrom("/", "\\", "a", "ä"),
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      const key = escapedAssetKey(parts);
      assertEquals(assetKeyParts(key), parts);
      assertEquals(assetKeyProblem(key), undefined);
      assertEquals(assetKeyProblem(parts), undefined);
    }),
    { seed: 20261124, numRuns: 1000 },
  );
});

Deno.test("a key may be given as a string or as its parts", () => {
  assertEquals(assetKeyParts("a/b"), ["a", "b"]);
  assertEquals(assetKeyParts(["a/b"]), ["a/b"]);
});

Deno.test("what is no asset key is told why", () => {
  for (const key of [undefined, null, 1, {}, [1], ["a", 2], new Array(1)]) {
    assertEquals(
      assetKeyProblem(key),
      "must be an asset key: an escaped string or an array of strings",
    );
  }
  for (const key of ["", "/", "a/", "/a", "a//b", [], [""], ["a", ""]]) {
    assertEquals(assetKeyProblem(key), "must be an asset key without empty parts");
  }
  for (const key of ["a\\", "a\\\\\\", "a/b\\"]) {
    assertEquals(assetKeyProblem(key), "must not end in a lone backslash");
  }
  assert(assetKeyProblem("a\\\\") === undefined);
});
