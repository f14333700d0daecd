import { assertEquals } from "@std/assert";
import { parsePythonJson } from "../../src/json/read_json.ts";
import { Judge } from "../dagster/judge.ts";
import { checkCalls, Counts } from "./property.ts";

/**
 * Calls that once went wrong, as the generator found them: what was wrong, how it must end, the
 * calls.
 */
const CASES: readonly (readonly [
  name: string,
  outcome: "accepted" | "refused",
  method: string,
  args: readonly string[],
])[] = [
  [
    "a dependency that stands twice in a column's lineage ended the reader",
    "refused",
    "reportAssetMaterialization",
    [metadata(`MetadataValue.tableColumnLineage({
      total: [{ assetKey: "a/b", columnName: "x" }, { assetKey: ["a", "b"], columnName: "x" }],
    })`)],
  ],
  [
    "the same column of two assets in a column's lineage is no repetition",
    "accepted",
    "reportAssetMaterialization",
    [metadata(`MetadataValue.tableColumnLineage({
      total: [{ assetKey: "z", columnName: "x" }, { assetKey: ["a/b"], columnName: "x" }],
    })`)],
  ],
  [
    "a hole in a lineage's asset key ended the reader",
    "refused",
    "reportAssetMaterialization",
    [metadata(`{
      raw_value: { deps_by_column: { total: [{ asset_key: ["a", , "b"], column_name: "x" }] } },
      type: "table_column_lineage",
    }`)],
  ],
  [
    "a hole in a report's asset key named an asset with an empty part",
    "refused",
    "reportAssetMaterialization",
    ['{ assetKey: ["a", , "b"] }'],
  ],
  [
    "an asset key that cannot be looked at threw an error of JavaScript",
    "refused",
    "reportAssetMaterialization",
    ['{ assetKey: throwing("revoked") }'],
  ],
  [
    "a report that cannot be looked at threw its own error",
    "refused",
    "reportAssetCheck",
    ['throwing("keys")'],
  ],
  [
    "a check's name that has no text threw an error of JavaScript",
    "refused",
    "reportAssetCheck",
    ['{ assetKey: "a", checkName: Object.create(null), passed: true }'],
  ],
  [
    "a level that has no text threw an error of JavaScript",
    "refused",
    "log",
    ['"text"', "{ toString() { throw new TypeError('no'); } }"],
  ],
  [
    "a builder's argument that cannot be looked at threw an error of JavaScript",
    "refused",
    "reportAssetMaterialization",
    [metadata('MetadataValue.tableColumnLineage({ a: [1, throwing("revoked")] })')],
  ],
  [
    "a label that is a symbol was dropped in silence",
    "refused",
    "reportAssetMaterialization",
    ['{ assetKey: "a", metadata: { [Symbol.iterator]: 1 } }'],
  ],
  [
    "a table's field that is a symbol was dropped in silence",
    "refused",
    "reportAssetMaterialization",
    [metadata("MetadataValue.table([{ a: 1, [Symbol.iterator]: 1 }])")],
  ],
  [
    "minus zero stays what it is at any depth",
    "accepted",
    "reportCustomMessage",
    ['new Map([["", { a: -0 }]])'],
  ],
  [
    "a thrown value that cannot be looked at still closes the session",
    "accepted",
    "close",
    ['throwing("revoked")'],
  ],
  [
    "the names of the storage's own keys are no trouble in a payload",
    "accepted",
    "reportCustomMessage",
    ['{ __class__: "AssetKey", __enum__: 1, __set__: null }'],
  ],
  ...["__class__", "__enum__", "__set__", "__frozenset__", "__mapping_items__"].flatMap((key) =>
    [
      ["JSON", `MetadataValue.json([{ ${key}: 1 }])`],
      ["a raw object", `{ ${key}: "AssetKey" }`],
      ["a table's cells", `MetadataValue.table([{ ${key}: 1 }], [])`],
      ["a column's tags", `MetadataValue.tableSchema([{ name: "a", tags: { ${key}: "x" } }])`],
      ["a lineage", `MetadataValue.tableColumnLineage({ ${key}: [] })`],
    ].map(([where, value]) =>
      [
        `the key ${key} in ${where} made the log of a run unreadable`,
        "refused",
        "reportAssetMaterialization",
        [metadata(value!)],
      ] as const
    )
  ),
  [
    "the label __class__ made the log of a run unreadable",
    "refused",
    "reportAssetMaterialization",
    ['{ assetKey: "a", metadata: { __class__: 1 } }'],
  ],
];

function metadata(value: string): string {
  return `{ assetKey: "a", metadata: { value: ${value} } }`;
}

Deno.test("what the generator once found stays mended", async (t) => {
  const judge = await Judge.start();
  for (const [name, outcome, method, args] of CASES) {
    await t.step(name, async () => {
      const counts = new Counts();
      await checkCalls(judge, [{ method, args }], counts);
      assertEquals([counts.accepted, counts.refused], outcome === "accepted" ? [1, 0] : [0, 1]);
    });
  }
  await t.step(
    "keys that differ in lone surrogates alone are one asset, which is reported once",
    async () => {
      const counts = new Counts();
      const calls = ['["a\\ud800"]', '["a\\ud801"]'].map((key) => ({
        method: "reportAssetMaterialization",
        args: [`{ assetKey: ${key} }`],
      }));
      await checkCalls(judge, calls, counts);
      assertEquals([counts.accepted, counts.refused], [1, 1]);
    },
  );
  await judge.close();
});

Deno.test("a key with an escape is read for what it is, whatever was read before", () => {
  // V8's own parser takes the second key of the latter for that of the former.
  const former = parsePythonJson('{"b": 1, "\\\\": 1}');
  const latter = parsePythonJson('{"b": 1, "\\u00df": 1}');
  assertEquals([former, latter], [{ b: 1, "\\": 1 }, { b: 1, ß: 1 }]);
});
