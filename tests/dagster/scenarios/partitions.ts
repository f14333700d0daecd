import { assertEquals, assertStringIncludes } from "@std/assert";
import { scenario } from "../suite.ts";
import { seen } from "./context.ts";

const STATIC = { type: "static", keys: ["a", "b", "c"] } as const;
const DAILY = { type: "daily", start: "2024-01-01", timezone: "Europe/Berlin" } as const;

scenario("a static partition has a key and no time window", async (dagster) => {
  const context = await seen(dagster, { partitions: STATIC, partitionKey: "b" });
  assertEquals(context.isPartitionStep, true);
  assertEquals(context.partitionKey, "b");
  assertEquals(context.partitionKeyRange, { start: "b", end: "b" });
  assertEquals(context.partitionTimeWindow, null);
});

scenario(
  "a partition of time has its window, in its time zone",
  async (dagster) => {
    const context = await seen(dagster, { partitions: DAILY, partitionKey: "2024-03-31" });
    assertEquals(context.partitionKey, "2024-03-31");
    assertEquals(context.partitionKeyRange, { start: "2024-03-31", end: "2024-03-31" });
    assertEquals(context.partitionTimeWindow, {
      start: "2024-03-31T00:00:00+01:00",
      end: "2024-04-01T00:00:00+02:00",
    });
  },
);

scenario(
  "a partition of two dimensions has both in its key, and the window of the one of time",
  async (dagster) => {
    const partitions = { type: "multi", dimensions: { day: DAILY, letter: STATIC } } as const;
    const context = await seen(dagster, { partitions, partitionKey: "2024-03-30|a" });
    assertEquals(context.partitionKey, "2024-03-30|a");
    assertEquals(context.partitionKeyRange, { start: "2024-03-30|a", end: "2024-03-30|a" });
    assertEquals(context.partitionTimeWindow, {
      start: "2024-03-30T00:00:00+01:00",
      end: "2024-03-31T00:00:00+01:00",
    });
  },
);

scenario("a partition key in any script arrives as it is", async (dagster) => {
  const key = "größe/世界 \\ \u{1F600}";
  const context = await seen(dagster, {
    partitions: { type: "static", keys: [key] },
    partitionKey: key,
  });
  assertEquals(context.partitionKey, key);
});

scenario(
  "a range of partitions has no single key, and the error names the range",
  async (dagster) => {
    const partitionRange = ["a", "b"] as const;
    const context = await seen(dagster, { partitions: STATIC, partitionRange, injector: "range" });
    assertEquals(context.isPartitionStep, true);
    assertEquals(context.partitionKeyRange, { start: "a", end: "b" });
    assertEquals(context.partitionTimeWindow, null);
    const { throws, message } = context.partitionKey as {
      throws: string;
      message: string;
    };
    assertEquals(throws, "DagsterPipesError");
    assertStringIncludes(message, "partitionKeyRange");
  },
);

scenario(
  "a range of partitions of time has one window over all",
  async (dagster) => {
    const partitionRange = ["2024-03-30", "2024-04-01"] as const;
    const context = await seen(dagster, { partitions: DAILY, partitionRange, injector: "range" });
    assertEquals(context.partitionKeyRange, { start: "2024-03-30", end: "2024-04-01" });
    assertEquals(context.partitionTimeWindow, {
      start: "2024-03-30T00:00:00+01:00",
      end: "2024-04-02T00:00:00+02:00",
    });
  },
);

scenario(
  "a materialization in a run over a range counts for each partition",
  async (dagster) => {
    const run = await dagster.one({
      program: "reports.ts",
      args: ["data_version"],
      partitions: STATIC,
      partitionRange: ["a", "b"],
      injector: "range",
    });
    assertEquals(
      run.materializations.map(({ partition, dataVersion }) => [partition, dataVersion]).toSorted(),
      [["a", "alpha-7"], ["b", "alpha-7"]],
    );
  },
);

scenario(
  "a materialization in a run of one partition belongs to it",
  async (dagster) => {
    const run = await dagster.one({
      program: "reports.ts",
      args: ["data_version"],
      partitions: STATIC,
      partitionKey: "c",
    });
    assertEquals(run.materializations.map((materialization) => materialization.partition), ["c"]);
  },
);
