import { assert, assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError, type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";
import { StepView } from "../../src/session/step_context.ts";
import { sessionTest } from "../kit/failing_session.ts";
import { memorySession } from "../kit/memory_session.ts";

function step(data: Record<string, unknown>): StepView {
  return new StepView({ run_id: "r", ...data });
}

function refusal(read: () => unknown): string {
  const error = assertThrows(read, DagsterPipesError);
  assertEquals(error.code, "undefined_property");
  return error.message;
}

const PROVENANCE = {
  code_version: "1",
  input_data_versions: { "up/x": "v" },
  is_user_provided: true,
};

sessionTest("a step of one asset has it, its code version and its provenance", () => {
  const one = step({
    asset_keys: ["a/b"],
    code_version_by_asset_key: { "a/b": "1" },
    provenance_by_asset_key: { "a/b": PROVENANCE },
  });
  assertEquals(
    [one.isAssetStep, one.assetKey, one.assetKeys, one.codeVersion],
    [true, "a/b", ["a/b"], "1"],
  );
  const provenance = { codeVersion: "1", inputDataVersions: { "up/x": "v" }, isUserProvided: true };
  assertEquals(one.provenance, provenance);
  assertEquals(one.provenanceByAssetKey, { "a/b": provenance });
  assertEquals(one.codeVersionByAssetKey, { "a/b": "1" });
});

sessionTest("what Dagster does not know of an asset is null", () => {
  for (
    const data of [{}, {
      code_version_by_asset_key: { a: null },
      provenance_by_asset_key: { a: null },
    }]
  ) {
    const one = step({ asset_keys: ["a"], ...data });
    assertEquals([one.codeVersion, one.provenance], [null, null]);
  }
});

sessionTest(
  "the maps of all assets are built once, so that a loop over 10,000 assets is fast",
  () => {
    const keys = Array.from({ length: 10_000 }, (_, i) => `asset_${i}`);
    const many = step({
      asset_keys: keys,
      code_version_by_asset_key: Object.fromEntries(keys.map((key) => [key, "1"])),
      provenance_by_asset_key: Object.fromEntries(keys.map((key) => [key, PROVENANCE])),
    });
    const start = performance.now();
    for (const key of keys) {
      assert(many.provenanceByAssetKey[key]?.codeVersion === "1");
      assert(many.codeVersionByAssetKey[key] === "1");
    }
    const took = performance.now() - start;
    assert(took < 100, `it took ${took} ms`);
  },
);

sessionTest("an asset called constructor has no version but its own", () => {
  const one = step({
    asset_keys: ["constructor"],
    code_version_by_asset_key: {},
    provenance_by_asset_key: {},
  });
  assertEquals([one.codeVersion, one.provenance], [null, null]);
});

sessionTest("a step of several assets names the plural", () => {
  const several = step({ asset_keys: ["a", "b"] });
  assertEquals([several.isAssetStep, several.assetKeys], [true, ["a", "b"]]);
  const text = (property: string, plural: string) =>
    `Cannot read ${property}: the step targets several assets, a, b. Read ${plural}`;
  assertEquals(refusal(() => several.assetKey), text("assetKey", "assetKeys"));
  assertEquals(refusal(() => several.codeVersion), text("codeVersion", "codeVersionByAssetKey"));
  assertEquals(refusal(() => several.provenance), text("provenance", "provenanceByAssetKey"));
});

sessionTest("a step without assets has none, and says so", () => {
  for (
    const [asset_keys, isAssetStep] of [[null, false], [undefined, false], [[], true]] as const
  ) {
    const none = step({ asset_keys });
    assertEquals(none.isAssetStep, isAssetStep);
    assertEquals([
      none.assetKeys,
      none.codeVersionByAssetKey,
      none.provenanceByAssetKey,
    ], [[], {}, {}]);
    for (const property of ["assetKey", "codeVersion", "provenance"] as const) {
      assertEquals(
        refusal(() => none[property]),
        `Cannot read ${property}: the step targets no asset. Check whether assetKeys is empty first`,
      );
    }
  }
});

sessionTest("a step of one partition has it as its key and as a range", () => {
  const window = { start: "2026-01-01T00:00:00+00:00", end: "2026-01-02T00:00:00+00:00" };
  const one = step({
    partition_key: "p",
    partition_key_range: { start: "p", end: "p" },
    partition_time_window: window,
  });
  assertEquals([one.isPartitionStep, one.partitionKey, one.partitionKeyRange], [
    true,
    "p",
    { start: "p", end: "p" },
  ]);
  assertEquals(one.partitionTimeWindow, window);
  const bare = step({ partition_key: "p" });
  assertEquals([bare.partitionKeyRange, bare.partitionTimeWindow], [{
    start: "p",
    end: "p",
  }, null]);
});

sessionTest("a partition whose key is empty is one", () => {
  const empty = step({ partition_key: "" });
  assertEquals([empty.isPartitionStep, empty.partitionKey], [true, ""]);
});

sessionTest("a step of a range of partitions has the range, and names it", () => {
  const range = step({ partition_key: null, partition_key_range: { start: "a", end: "c" } });
  assertEquals([
    range.isPartitionStep,
    range.partitionKeyRange,
    range.partitionTimeWindow,
  ], [true, { start: "a", end: "c" }, null]);
  assertEquals(
    refusal(() => range.partitionKey),
    'Cannot read partitionKey: the step targets the partitions "a" to "c". Read partitionKeyRange',
  );
});

sessionTest("a step without partitions says so", () => {
  const none = step({ partition_key: null, partition_key_range: null });
  assertEquals(none.isPartitionStep, false);
  for (const property of ["partitionKey", "partitionKeyRange", "partitionTimeWindow"] as const) {
    assertEquals(
      refusal(() => none[property]),
      `Cannot read ${property}: the step targets no partition. Check isPartitionStep first`,
    );
  }
});

sessionTest("the run is told, with what may be missing", () => {
  const whole = step({ run_id: "x", job_name: "j", retry_number: 3 });
  assertEquals([whole.runId, whole.jobName, whole.retryNumber], ["x", "j", 3]);
  const bare = step({});
  assertEquals([bare.jobName, bare.retryNumber], [null, 0]);
});

async function withExtras(extras: unknown, check: (pipes: PipesContext) => void): Promise<void> {
  await withDagsterPipes(memorySession({ extras }).options, check);
}

sessionTest("an extra is found by its key, whatever its value", async () => {
  await withExtras({ a: null, b: 0, "": false }, (pipes) => {
    assertEquals([pipes.getExtra("a"), pipes.getExtra("b"), pipes.getExtra("")], [null, 0, false]);
  });
});

sessionTest("an extra that is not there throws, and names those that are", async () => {
  const kinds: [unknown, string][] = [
    [{ a: 1, b: 2 }, "the extras are a, b"],
    [{}, "the extras are empty"],
    [undefined, "the extras are empty"],
    [[1], "the extras are an array"],
    ["foo", "the extras are a string"],
    [1.5, "the extras are a number"],
  ];
  for (const [extras, text] of kinds) {
    await withExtras(extras, (pipes) => {
      assertEquals(
        refusal(() => pipes.getExtra("toString")),
        `Cannot get the extra "toString": ${text}. Pass it as extras where Dagster launches this ` +
          "process (in getExtra)",
      );
    });
  }
});
