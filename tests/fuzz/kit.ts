import fc from "fast-check";
import { hostile, type Source, texts } from "./values.ts";

const keyParts = fc.array(
  fc.oneof(
    fc.string({ minLength: 1, maxLength: 4 }),
    texts.filter((text) => text !== ""),
    fc.constantFrom("a/b", "c\\d", "\\", "/", "\\/", "e\\"),
  ),
  { minLength: 1, maxLength: 3 },
);

/** What the generators of a run have in common. */
export interface Kit {
  /** How many of a hundred values are replaced by one that does not belong there. */
  readonly wrong: number;
  /** A value that is right, or with bad luck anything. */
  any(right: Source): Source;
  /** The key of an asset, in both forms. */
  readonly assetKey: Source;
}

/** Makes the kit of a run with so many wrong values in a hundred. */
export function makeKit(wrong: number): Kit {
  const any = (right: Source): Source =>
    wrong === 0 ? right : fc.oneof(
      { weight: 100 - wrong, arbitrary: right },
      { weight: wrong, arbitrary: hostile },
    );
  const assetKey = any(fc.oneof(
    keyParts.map((parts) => JSON.stringify(parts)),
    keyParts.map((parts) =>
      JSON.stringify(parts.map((part) => part.replace(/[\\/]/g, "\\$&")).join("/"))
    ),
  ));
  const strangeKey = fc.constantFrom('""', "[]", '["a", ""]', '"a//b"', '"a\\\\"', '["a", , "b"]');
  const reportKey = wrong === 0 ? assetKey : fc.oneof(
    { weight: 30, arbitrary: assetKey },
    { weight: 1, arbitrary: strangeKey },
  );

  return { wrong, any, assetKey: reportKey };
}
