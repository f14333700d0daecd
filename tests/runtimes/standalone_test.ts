import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { encodeParams } from "../kit/params.ts";

const NOTICE = "Not running under Dagster Pipes. Returning no-op context.";

for (const runtime of RUNTIMES) {
  const alone = (name: string): Promise<Outcome> =>
    launch(runtime, "standalone.ts", {
      args: [name],
      contextVariable: null,
      messagesVariable: null,
    });

  Deno.test(`${runtime}: without Dagster one notice goes to stderr, and every getter has a value`, async () => {
    const outcome = await alone("getters");
    assertEquals([outcome.code, outcome.stderr], [0, `${NOTICE}\n`]);
    assertEquals(JSON.parse(outcome.stdout), {
      assetKeys: [],
      assetKey: "",
      codeVersionByAssetKey: {},
      codeVersion: null,
      provenanceByAssetKey: {},
      provenance: null,
      isAssetStep: false,
      partitionKey: "",
      partitionKeyRange: null,
      partitionTimeWindow: null,
      isPartitionStep: false,
      runId: "",
      jobName: null,
      retryNumber: 0,
      extras: {},
      isClosed: false,
      isDagsterPipesProcess: false,
      aborted: false,
    });
  });

  Deno.test(`${runtime}: without Dagster logs go to stderr, and reports check their arguments`, async () => {
    const outcome = await alone("calls");
    assertEquals(outcome.code, 0, outcome.stderr);
    const [notice, ...lines] = outcome.stderr.trimEnd().split("\n");
    assertEquals(notice, NOTICE);
    assertEquals(lines.slice(0, 3), ["[INFO] plain", "[WARNING] careful", "[DEBUG] quiet"]);
    assertEquals(lines[3], "[ERROR] it broke");
    assertStringIncludes(lines.slice(4).join("\n"), "because of this");
    assertMatch(lines.at(-1) ?? "", /threshold/);
    const { extra, ...bad } = JSON.parse(outcome.stdout) as Record<
      string,
      { name: string; message: string } | null
    >;
    assertEquals(extra, null);
    const messages: Record<string, RegExp> = {
      badMetadata: /metadata\.a\.b\[0\]/,
      badPayload: /payload\.at\[0\]/,
      badCheck: /passed/,
      badLevel: /LOUD/,
    };
    for (const [name, message] of Object.entries(messages)) {
      assertEquals(bad[name]?.name, "DagsterPipesError", name);
      assertMatch(bad[name]?.message ?? "", message);
    }
  });

  Deno.test(`${runtime}: without Dagster what the function throws is thrown again`, async () => {
    const outcome = await alone("throws");
    assert(outcome.code !== 0);
    assertMatch(outcome.stderr, /alone and failing/);
  });

  Deno.test(`${runtime}: without Dagster the schema's defaults are the extras, and others are null with a notice`, async () => {
    const outcome = await alone("defaults");
    assertEquals(outcome.code, 0, outcome.stderr);
    assertEquals(JSON.parse(outcome.stdout), {
      extras: { threshold: 0.5 },
      extra: 0.5,
      missing: null,
    });
    const lines = outcome.stderr.trimEnd().split("\n");
    assertEquals([lines.length, lines[0]], [2, NOTICE]);
    assertMatch(lines[1] ?? "", /elsewhere/);
  });

  Deno.test(`${runtime}: without Dagster a schema that is not satisfied names the fields that the script needs`, async () => {
    const outcome = await alone("required");
    assert(outcome.code !== 0);
    assertEquals(outcome.stdout, "");
    assertMatch(outcome.stderr, /DagsterPipesError.*orders_path/);
  });

  Deno.test(`${runtime}: one of the two variables alone is an error that names the other`, async () => {
    const cases = [
      { missing: "DAGSTER_PIPES_CONTEXT", contextVariable: null },
      { missing: "DAGSTER_PIPES_MESSAGES", messagesVariable: null },
      {
        missing: "DAGSTER_PIPES_MESSAGES",
        messagesVariable: null,
        contextVariable: encodeParams({}),
      },
    ];
    for (const { missing, ...options } of cases) {
      const outcome = await launch(runtime, "minimal.ts", options);
      assert(outcome.code !== 0, `${missing} is missing`);
      assertMatch(outcome.stderr, new RegExp(`DagsterPipesError.*Cannot find.*${missing}`));
      assert(!outcome.stderr.includes(NOTICE));
    }
  });
}
