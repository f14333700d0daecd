import {
  MetadataValue,
  type PipesContext,
  pipesMetadataValue,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import {
  inMemory,
  MemoryWriter,
  PLAIN_CONTEXT,
  print,
  thrownBy,
} from "./in_memory.ts";

const table = MetadataValue.table([{
  price: 1,
  name: "a",
  n: 1,
  ok: true,
  none: null,
}, {
  price: 2.5,
  name: "b",
  n: 2n ** 70n,
  ok: false,
  none: null,
}]);

/** Every type of metadata by its builder, and what raw values become. */
const metadata: Record<string, unknown> = {
  text: MetadataValue.text("t\u00e9xt\n"),
  url: MetadataValue.url("https://example.com/a?b=1"),
  urlObject: MetadataValue.url(new URL("https://example.com/a")),
  path: MetadataValue.path("/tmp/x"),
  notebook: MetadataValue.notebook("/tmp/n.ipynb"),
  json: MetadataValue.json({ a: [1, 2.5, null, "x", true], big: 2n ** 70n }),
  jsonList: MetadataValue.json([1]),
  md: MetadataValue.md("# title"),
  floatWhole: MetadataValue.float(3),
  floatFraction: MetadataValue.float(0.1),
  floatNegativeZero: MetadataValue.float(-0),
  floatLarge: MetadataValue.float(1e21),
  floatTiny: MetadataValue.float(5e-324),
  floatNaN: MetadataValue.float(NaN),
  floatInfinity: MetadataValue.float(Infinity),
  floatNegativeInfinity: MetadataValue.float(-Infinity),
  int: MetadataValue.int(3),
  intNegativeZero: MetadataValue.int(-0),
  intBig: MetadataValue.int(123456789012345678901234567890n),
  boolTrue: MetadataValue.bool(true),
  boolFalse: MetadataValue.bool(false),
  dagsterRun: MetadataValue.dagsterRun("7f3c"),
  asset: MetadataValue.asset("x/y"),
  null: MetadataValue.null(),
  timestampSeconds: MetadataValue.timestamp(1704067200.5),
  timestampDate: MetadataValue.timestamp(new Date("2024-01-01T00:00:00.250Z")),
  table,
  tableGiven: MetadataValue.table([{ price: 2 }], [{
    name: "price",
    type: "float",
    description: "in euro",
  }]),
  tableOfNulls: MetadataValue.table([{ x: null }]),
  tableSchema: MetadataValue.tableSchema([{
    name: "id",
    type: "int",
    description: "the key",
    tags: { unit: "none" },
    constraints: { nullable: false, unique: true, other: ["> 0"] },
  }]),
  tableColumnLineage: MetadataValue.tableColumnLineage({
    total: [{ assetKey: "a/b", columnName: "x" }, {
      assetKey: ["c/d", "e"],
      columnName: "y",
    }],
  }),
  typed: pipesMetadataValue(7, "float"),
  inferred: pipesMetadataValue(7),
  camelObject: { rawValue: 8, type: "float" },
  snakeObject: { "raw_value": 9, type: "float" },
  rawInt: 3,
  rawFloat: 2.5,
  rawText: "plain",
  rawBool: true,
  rawNull: null,
  rawObject: { rawValue: 1, type: "float", more: true },
  rawList: [1, "a"],
  rawBigint: 2n ** 64n,
  rawNaN: NaN,
  rawDate: new Date("2024-01-01T00:00:00Z"),
  rawUrl: new URL("https://example.com/raw"),
};

/** Calls that must throw before anything is written. */
function refused(pipes: PipesContext): Record<string, unknown> {
  const report = (value: unknown) =>
    thrownBy(() =>
      pipes.reportAssetMaterialization({ metadata: { m: value as never } })
    );
  return {
    intFraction: report(pipesMetadataValue(1.5, "int")),
    intText: report(pipesMetadataValue("1" as never, "int")),
    floatText: report(pipesMetadataValue("1" as never, "float")),
    jsonScalar: report(pipesMetadataValue(1 as never, "json")),
    jsonNaN: report({ a: [NaN] }),
    textNumber: report(pipesMetadataValue(1 as never, "text")),
    timestampText: report(
      pipesMetadataValue("2024-01-01" as never, "timestamp"),
    ),
    tableCell: report(
      pipesMetadataValue({
        records: [{ a: [1] as never }],
        schema: [{ name: "a", type: "string" }],
      }, "table"),
    ),
    tableFields: report(
      pipesMetadataValue(
        { records: [{ a: 1 }, { b: 1 }], schema: [] },
        "table",
      ),
    ),
    unknownType: report(pipesMetadataValue(1, "wrong" as "int")),
    undefinedValue: report({ a: undefined }),
    functionValue: report({ a: () => 1 }),
    circular: thrownBy(() => {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      pipes.reportCustomMessage(circle);
    }),
    level: thrownBy(() => pipes.log("x", "LOUD" as "INFO")),
    severity: thrownBy(() =>
      pipes.reportAssetCheck({
        checkName: "c",
        passed: true,
        severity: "warn" as "WARN",
      })
    ),
    passed: thrownBy(() =>
      pipes.reportAssetCheck({
        checkName: "c",
        passed: "yes" as unknown as boolean,
      })
    ),
    dataVersion: thrownBy(() =>
      pipes.reportAssetMaterialization({ dataVersion: 1 as unknown as string })
    ),
    stream: thrownBy(() => pipes.logExternalStream("stdin" as "stdout", "x")),
    unknownAsset: thrownBy(() =>
      pipes.reportAssetMaterialization({ assetKey: "nobody's" })
    ),
  };
}

function logs(pipes: PipesContext): void {
  pipes.log("default");
  for (
    const level of ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] as const
  ) pipes.log(`upper ${level}`, level);
  for (
    const level of ["debug", "info", "warning", "error", "critical"] as const
  ) pipes.log(`lower ${level}`, level);
  pipes.log("mixed", "WarNing" as "WARNING");
  pipes.log.debug("method");
  pipes.log.info("method");
  pipes.log.warning("method");
  pipes.log.error("method");
  pipes.log.critical("method");
  pipes.log.error(
    "it broke",
    new Error("outer", { cause: new TypeError("inner") }),
  );
  pipes.log.warning("odd", "just text");
  pipes.log(
    't\u00e4b\t, quote ", backslash \\, newline \n, \u{1F600}, \u2028, nul \0 and half \ud800 pair',
  );
}

const writer = new MemoryWriter();
const found: Record<string, unknown> = {};

async function session(
  name: string,
  fields: Record<string, unknown>,
  work: (pipes: PipesContext) => unknown,
): Promise<void> {
  const context = { ...PLAIN_CONTEXT, ...fields };
  const result = await withDagsterPipes(inMemory(context, writer), work);
  found[name] = { result: result ?? null, lines: writer.take() };
}

await session("logs", {}, logs);
await session(
  "metadata",
  {},
  (pipes) => pipes.reportAssetMaterialization({ metadata: metadata as never }),
);
await session("defaults", {}, (pipes) => {
  pipes.reportAssetMaterialization();
  pipes.reportAssetCheck({ checkName: "whole", passed: true });
  pipes.reportCustomMessage(null);
  pipes.logExternalStream("stdout", "text\n");
});
await session("given", {}, (pipes) => {
  pipes.reportAssetMaterialization({
    assetKey: "orders",
    dataVersion: "v7",
    metadata: { n: 1 },
  });
  pipes.reportAssetCheck({
    checkName: "w",
    passed: false,
    severity: "WARN",
    assetKey: ["orders"],
    metadata: { n: 1 },
  });
  pipes.reportCustomMessage({
    list: [1, 2.5, 2n ** 70n, -0, null, "x"],
    nested: { a: {} },
  });
  pipes.logExternalStream("stderr", "text", { line: 1 });
});
await session(
  "several assets",
  { "asset_keys": ["a/b", "c\\\\d", "e\\/f"] },
  (pipes) => {
    pipes.reportAssetMaterialization({ assetKey: "a/b" });
    pipes.reportAssetMaterialization({ assetKey: ["c\\d"] });
    pipes.reportAssetMaterialization({ assetKey: ["e/f"] });
    return thrownBy(() => pipes.reportAssetMaterialization());
  },
);
for (const [name, keys] of [["op", null], ["check step", []]] as const) {
  await session(name, { "asset_keys": keys }, (pipes) => {
    pipes.reportAssetCheck({
      checkName: "c",
      passed: true,
      assetKey: "any/thing",
    });
    pipes.reportAssetMaterialization({ assetKey: ["any", "thing"] });
    return {
      materialization: thrownBy(() => pipes.reportAssetMaterialization()),
      check: thrownBy(() =>
        pipes.reportAssetCheck({ checkName: "d", passed: true })
      ),
    };
  });
}
await session("refused", {}, (pipes) => {
  const result = refused(pipes);
  pipes.reportAssetMaterialization({ metadata: { after: "refusals" } });
  return result;
});
print(found);
