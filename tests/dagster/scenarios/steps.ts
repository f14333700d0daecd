import { assertEquals } from "@std/assert";
import { plain } from "../held.ts";
import { scenario } from "../suite.ts";
import { seen } from "./context.ts";
import { isBefore } from "../versions.ts";
import { assertClean, report } from "./reports.ts";

const ODD_KEYS = [{ key: ["a/b", "c\\d"], codeVersion: "v1" }, {
  key: ["plain"],
}, { key: ["x", "y", "z"] }];

scenario(
  "a step of several assets is told all keys, escaped",
  async (dagster) => {
    const context = await seen(dagster, { step: "multi_asset", assets: ODD_KEYS });
    const odd = isBefore("1.13") ? "a\\/b/c\\d" : "a\\/b/c\\\\d";
    assertEquals(context.assetKeys, [odd, "plain", "x/y/z"]);
    assertEquals((context.codeVersionByAssetKey as Record<string, string>)[odd], "v1");
    assertEquals(context.provenanceByAssetKey, { [odd]: null, plain: null, "x/y/z": null });
    for (const getter of ["assetKey", "codeVersion", "provenance"]) {
      assertEquals(
        (context[getter] as { throws: string }).throws,
        "DagsterPipesError",
        getter,
      );
    }
  },
);

scenario(
  "each asset of a step is materialized under its own key",
  async (dagster) => {
    const run = await dagster.one(report("every_asset", { step: "multi_asset", assets: ODD_KEYS }));
    assertClean(run);
    assertEquals(
      run.materializations.map((
        { assetKey, metadata, dataVersion },
      ) => [assetKey, metadata.index?.repr, dataVersion]),
      [
        [["a/b", "c\\d"], "IntMetadataValue(value=0)", "v0"],
        [["plain"], "IntMetadataValue(value=1)", "v1"],
        [["x", "y", "z"], "IntMetadataValue(value=2)", "v2"],
      ],
    );
  },
);

scenario(
  "an asset named by its parts is the one with those parts",
  async (dagster) => {
    const run = await dagster.one(
      report("by_parts", { step: "multi_asset", assets: ODD_KEYS.slice(0, 2) }),
    );
    assertClean(run);
    assertEquals(
      run.materializations.map(({ assetKey, metadata }) => [assetKey, metadata.by?.repr]),
      [
        [["a/b", "c\\d"], "TextMetadataValue(text='parts')"],
        [["plain"], "TextMetadataValue(text='string')"],
      ],
    );
  },
);

scenario(
  "each asset of a step has its own check of one name",
  async (dagster) => {
    const assets = [{ key: ["one"], checks: ["sound"] }, {
      key: ["two", "deep"],
      checks: ["sound"],
    }];
    const run = await dagster.one(report("check_of_each", { step: "multi_asset", assets }));
    assertClean(run);
    assertEquals(
      run.checks.map(({ assetKey, checkName, passed }) => [assetKey, checkName, passed]),
      [[["one"], "sound", true], [["two", "deep"], "sound", true]],
    );
  },
);

scenario(
  "an asset that the script does not report is materialized without metadata",
  async (dagster) => {
    const run = await dagster.one(
      report("only_log", { step: "multi_asset", assets: ODD_KEYS.slice(1) }),
    );
    assertClean(run);
    assertEquals(
      run.materializations.map(({ assetKey, metadata }) => [assetKey, metadata]).toSorted(),
      [[["plain"], {}], [["x", "y", "z"], {}]],
    );
  },
);

scenario(
  "a step of an asset check alone has no asset, and its report names one",
  async (dagster) => {
    const assets = [{ key: ["report"], checks: ["sound"] }];
    const run = await dagster.one(report("one_check", { step: "asset_check", assets }));
    assertClean(run);
    assertEquals(
      run.checks.map((
        { assetKey, checkName, passed, severity },
      ) => [assetKey, checkName, passed, severity]),
      [[["report"], "sound", false, "WARN"]],
    );
    assertEquals(run.materializations, []);
  },
);

scenario(
  "a script sees no asset in a step of an asset check, yet an asset step",
  async (dagster) => {
    const assets = [{ key: ["report"], checks: ["sound"] }];
    const run = await dagster.one({ program: "context.ts", step: "asset_check", assets });
    const context = plain(run.attempts[0]?.custom[0] ?? { py: "None" }) as Record<string, unknown>;
    assertEquals([
      context.assetKeys,
      context.isAssetStep,
      context.codeVersionByAssetKey,
    ], [[], true, {}]);
    assertEquals(
      (context.assetKey as { throws: string }).throws,
      "DagsterPipesError",
    );
  },
);

scenario(
  "a script sees no asset in an op, and not an asset step",
  async (dagster) => {
    const context = await seen(dagster, { step: "op" });
    assertEquals([
      context.assetKeys,
      context.isAssetStep,
      context.provenanceByAssetKey,
    ], [[], false, {}]);
    assertEquals(
      (context.assetKey as { throws: string }).throws,
      "DagsterPipesError",
    );
    assertEquals(context.jobName, "ops_only");
  },
);

scenario(
  "an op's script may report on any asset that it names",
  async (dagster) => {
    const run = await dagster.one(report("any_asset", { step: "op" }));
    assertClean(run);
    assertEquals(
      run.attempts[0]?.results.map((
        result,
      ) => [result.class, result.assetKey, result.checkName, result.passed]),
      [
        ["MaterializeResult", ["any", "asset"], undefined, undefined],
        ["AssetCheckResult", ["other"], "any_check", true],
      ],
    );
  },
);

scenario(
  "a report without an asset's name is refused in an op",
  async (dagster) => {
    const run = await dagster.one(report("data_version", { step: "op" }));
    assertEquals(run.success, false);
    assertEquals(run.engineErrors[0]?.error.name, "DagsterPipesError");
    assertEquals(run.attempts.map((attempt) => [attempt.results, attempt.closed]), [[[], true]]);
  },
);
