import { assertEquals, assertMatch } from "@std/assert";
import { plain } from "../held.ts";
import { type DagsterRuns, scenario } from "../suite.ts";
import type { Scenario } from "../harness.ts";

/** What the program saw in the context, of each attempt of the step. */
export async function seen(
  dagster: DagsterRuns,
  how: Omit<Scenario, "program"> = {},
): Promise<Record<string, unknown>> {
  const run = await dagster.one({ program: "context.ts", ...how });
  const [message] = run.attempts.at(-1)?.custom ?? [];
  if (message === undefined) {
    throw new Error(`The program told nothing: ${run.stderr}`);
  }
  return plain(message) as Record<string, unknown>;
}

scenario(
  "the context of a single asset arrives by temp file",
  async (dagster) => {
    const { runId, ...context } = await seen(dagster, {
      assets: [{ key: ["report"], codeVersion: "v1" }],
    });
    assertMatch(String(runId), /^[0-9a-f-]{36}$/);
    const noPartition = (getter: string) => (context[getter] as { throws: string }).throws;
    assertEquals(noPartition("partitionKey"), "DagsterPipesError");
    assertEquals(noPartition("partitionKeyRange"), "DagsterPipesError");
    assertEquals(noPartition("partitionTimeWindow"), "DagsterPipesError");
    for (
      const getter of ["partitionKey", "partitionKeyRange", "partitionTimeWindow"]
    ) delete context[getter];
    assertEquals(context, {
      isAssetStep: true,
      assetKey: "report",
      assetKeys: ["report"],
      codeVersion: "v1",
      codeVersionByAssetKey: { report: "v1" },
      provenance: null,
      provenanceByAssetKey: { report: null },
      isPartitionStep: false,
      jobName: "__ephemeral_asset_job__",
      retryNumber: "number 0",
      extras: {},
      isClosed: false,
      isDagsterPipesProcess: true,
    });
  },
);

scenario("the run id is that of the run", async (dagster) => {
  const run = await dagster.one({ program: "context.ts" });
  const [message] = run.attempts[0]?.custom ?? [];
  assertEquals(
    (plain(message ?? { py: "None" }) as { runId: string }).runId,
    run.runId,
  );
});

for (const injector of ["file", "env"] as const) {
  scenario(
    `the context arrives by ${injector === "file" ? "a named file" : "the environment"}`,
    async (dagster) => {
      const context = await seen(dagster, { injector, extras: '{"a": ["ä", 1.5]}' });
      assertEquals(context.assetKey, "report");
      assertEquals(context.extras, { a: ["ä", "number 1.5"] });
    },
  );
}

scenario("the parameters arrive by the command line", async (dagster) => {
  const context = await seen(dagster, {
    params: "cli",
    args: ["by-arguments"],
    extras: '{"a": 1}',
  });
  assertEquals(context.assetKey, "report");
  assertEquals(context.extras, { a: "number 1" });
});

const EXTRAS: [name: string, python: string, seen: unknown][] = [
  ["no extras", "{}", {}],
  ["nested extras", '{"a": {"b": [1, {"c": null}], "": true}}', {
    a: { b: ["number 1", { c: null }], "": true },
  }],
  ["extras that are a whole number", "1", "number 1"],
  ["extras that are a fraction", "1.5", "number 1.5"],
  ["extras that are text", '"foo"', "foo"],
  ["extras that are a list", "[1, 2, 3]", ["number 1", "number 2", "number 3"]],
  ["extras with NaN and infinities", '{"a": NaN, "b": [Infinity, -Infinity]}', {
    a: "number NaN",
    b: ["number Infinity", "number -Infinity"],
  }],
  [
    "extras with 2**70",
    '{"a": 1180591620717411303424, "b": -1180591620717411303424}',
    { a: "bigint 1180591620717411303424", b: "bigint -1180591620717411303424" },
  ],
  [
    "extras with integers around 2**53",
    '{"a": 9007199254740991, "b": 9007199254740993}',
    { a: "number 9007199254740991", b: "bigint 9007199254740993" },
  ],
  ["extras with -0.0, 1e300 and 1.0", '{"a": -0.0, "b": 1e300, "c": 1.0}', {
    a: "number -0",
    b: "number 1e+300",
    c: "number 1",
  }],
  [
    "extras that look like a broken NaN in text",
    '{"a": "NaN", "b": "\\": NaN, 1180591620717411303424"}',
    { a: "NaN", b: '": NaN, 1180591620717411303424' },
  ],
  [
    "extras named like an object's own methods",
    '{"toString": 2, "constructor": {"a": 1}}',
    { toString: "number 2", constructor: { a: "number 1" } },
  ],
  ["extras in any script", '{"世界": "\\ud83d\\ude00 \\u2028"}', { "世界": "\u{1F600} \u2028" }],
];

for (const [name, extras, expected] of EXTRAS) {
  scenario(`${name} arrive as they are`, async (dagster) => {
    assertEquals((await seen(dagster, { extras })).extras, expected);
  });
}

for (const extras of ["null", "0", '""', "[]", "false"]) {
  scenario(
    `extras that Python calls empty (${extras}) arrive as an empty object`,
    async (dagster) => {
      assertEquals((await seen(dagster, { extras })).extras, {});
    },
  );
}

scenario("the retry number counts the retries", async (dagster) => {
  const run = await dagster.one({ program: "failures.ts", args: ["first_attempt"], retries: 1 });
  assertEquals(run.success, true);
  assertEquals(run.failures.map((failure) => failure.kind), ["STEP_UP_FOR_RETRY"]);
  assertEquals(
    run.logs.map((log) => log.message).filter((message) => message.startsWith("attempt")),
    ["attempt 0", "attempt 1"],
  );
  assertEquals(
    run.materializations.map(({ metadata }) => metadata.attempt?.repr),
    ["IntMetadataValue(value=1)"],
  );
});
