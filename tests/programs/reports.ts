import { type PipesContext, pipesMetadataValue, withDagsterPipes } from "@dagsterpipes/pipes";
import { contextWith } from "../kit/context.ts";
import { memorySession } from "../kit/memory_session.ts";
import { METADATA } from "./reported_metadata.ts";
import { print, thrownBy } from "./telling.ts";

/** Calls that must throw before anything is written. */
function refused(pipes: PipesContext): Record<string, unknown> {
  const report = (value: unknown) =>
    thrownBy(() => pipes.reportAssetMaterialization({ metadata: { m: value as never } }));
  return {
    intFraction: report(pipesMetadataValue(1.5, "int")),
    intText: report(pipesMetadataValue("1" as never, "int")),
    floatText: report(pipesMetadataValue("1" as never, "float")),
    jsonScalar: report(pipesMetadataValue(1 as never, "json")),
    jsonNaN: report({ a: [NaN] }),
    textNumber: report(pipesMetadataValue(1 as never, "text")),
    timestampText: report(pipesMetadataValue("2024-01-01" as never, "timestamp")),
    tableCell: report(
      pipesMetadataValue({
        records: [{ a: [1] as never }],
        schema: [{ name: "a", type: "string" }],
      }, "table"),
    ),
    tableFields: report(
      pipesMetadataValue({
        records: [{ a: 1 }, { b: 1 }],
        schema: [{ name: "a", type: "int" }],
      }, "table"),
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
      pipes.reportAssetCheck({ checkName: "c", passed: true, severity: "warn" as "WARN" })
    ),
    passed: thrownBy(() =>
      pipes.reportAssetCheck({ checkName: "c", passed: "yes" as unknown as boolean })
    ),
    dataVersion: thrownBy(() =>
      pipes.reportAssetMaterialization({ dataVersion: 1 as unknown as string })
    ),
    stream: thrownBy(() => pipes.logExternalStream("stdin" as "stdout", "x")),
    unknownAsset: thrownBy(() => pipes.reportAssetMaterialization({ assetKey: "nobody's" })),
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
  pipes.log.error("it broke", new Error("outer", { cause: new TypeError("inner") }));
  pipes.log.warning("odd", "just text");
  pipes.log(
    't\u00e4b\t, quote ", backslash \\, newline \n, \u{1F600}, \u2028, nul \0 and half \ud800 pair',
  );
}

const found: Record<string, unknown> = {};

async function session(
  name: string,
  fields: Record<string, unknown>,
  work: (pipes: PipesContext) => unknown,
): Promise<void> {
  const { options, lines } = memorySession(contextWith(fields));
  const result = await withDagsterPipes(options, work);
  found[name] = { result: result ?? null, lines };
}

await session("logs", {}, logs);
await session(
  "metadata",
  {},
  (pipes) => pipes.reportAssetMaterialization({ metadata: METADATA as never }),
);
await session("defaults", {}, (pipes) => {
  pipes.reportAssetMaterialization();
  pipes.reportAssetCheck({ checkName: "whole", passed: true });
  pipes.reportCustomMessage(null);
  pipes.logExternalStream("stdout", "text\n");
});
await session("given", {}, (pipes) => {
  pipes.reportAssetMaterialization({ assetKey: "orders", dataVersion: "v7", metadata: { n: 1 } });
  pipes.reportAssetCheck({
    checkName: "w",
    passed: false,
    severity: "WARN",
    assetKey: ["orders"],
    metadata: { n: 1 },
  });
  pipes.reportCustomMessage({ list: [1, 2.5, 2n ** 70n, -0, null, "x"], nested: { a: {} } });
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
    pipes.reportAssetCheck({ checkName: "c", passed: true, assetKey: "any/thing" });
    pipes.reportAssetMaterialization({ assetKey: ["any", "thing"] });
    return {
      materialization: thrownBy(() => pipes.reportAssetMaterialization()),
      check: thrownBy(() => pipes.reportAssetCheck({ checkName: "d", passed: true })),
    };
  });
}
await session("refused", {}, (pipes) => {
  const result = refused(pipes);
  pipes.reportAssetMaterialization({ metadata: { after: "refusals" } });
  return result;
});
print(found);
