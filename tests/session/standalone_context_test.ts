import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  DagsterPipesError,
  openDagsterPipes,
  type PipesContext,
  type PipesParamsLoader,
  withDagsterPipes,
} from "@dagsterpipes/pipes";
import * as v from "valibot";
import { sessionTest } from "../kit/failing_session.ts";

/** A process that Dagster did not launch, whatever the environment of the tests. */
const paramsLoader: PipesParamsLoader = {
  isDagsterPipesProcess: () => false,
  loadContextParams: () => ({}),
  loadMessagesParams: () => ({}),
};

/** Runs a function, and gives back what the package printed to stderr meanwhile. */
async function printed(fn: (pipes: PipesContext) => void): Promise<string[]> {
  const bytes: number[] = [];
  const { writeSync } = Deno.stderr;
  Deno.stderr.writeSync = (chunk) => bytes.push(...chunk) && chunk.length;
  try {
    await withDagsterPipes({ paramsLoader }, fn);
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  return new TextDecoder().decode(new Uint8Array(bytes)).split("\n").slice(0, -1);
}

Deno.test(
  "outside Dagster one notice is printed, and log messages with their levels",
  async () => {
    const lines = await printed(({ log }) => {
      log("a");
      log("b", "debug");
      log.error("c\nd");
    });
    assertEquals(lines, [
      "Not running under Dagster Pipes. Returning no-op context.",
      "[INFO] a",
      "[DEBUG] b",
      "[ERROR] c",
      "d",
    ]);
  },
);

Deno.test("outside Dagster a refusal names no asset where the script names none", async () => {
  await printed((pipes) => {
    const messageOf = (report: () => void) => assertThrows(report, DagsterPipesError).message;
    const metadata = { share: [NaN] };
    assertMatch(
      messageOf(() => pipes.reportAssetMaterialization({ metadata })),
      / \(in reportAssetMaterialization\)$/,
    );
    assertMatch(
      messageOf(() => pipes.reportAssetCheck({ checkName: "ok", passed: true, metadata })),
      / \(in reportAssetCheck of check "ok"\)$/,
    );
    assertMatch(
      messageOf(() => pipes.reportAssetMaterialization({ assetKey: "a", metadata })),
      / \(in reportAssetMaterialization of asset "a"\)$/,
    );
  });
});

Deno.test("outside Dagster every getter gives an empty value", async () => {
  await printed((pipes) => {
    assertEquals([pipes.assetKey, pipes.assetKeys, pipes.isAssetStep], ["", [], false]);
    assertEquals([
      pipes.codeVersion,
      pipes.codeVersionByAssetKey,
      pipes.provenance,
      pipes.provenanceByAssetKey,
    ], [null, {}, null, {}]);
    assertEquals([
      pipes.partitionKey,
      pipes.partitionKeyRange,
      pipes.partitionTimeWindow,
      pipes.isPartitionStep,
    ], ["", null, null, false]);
    assertEquals([pipes.runId, pipes.jobName, pipes.retryNumber, pipes.extras], ["", null, 0, {}]);
    assertEquals([
      pipes.isDagsterPipesProcess,
      pipes.isClosed,
      pipes.signal.aborted,
    ], [false, false, false]);
  });
});

Deno.test("outside Dagster an extra is null, with a notice", async () => {
  const lines = await printed((pipes) => assertEquals(pipes.getExtra("threshold"), null));
  assertEquals(lines.slice(1), ['Not running under Dagster Pipes. The extra "threshold" is null.']);
});

Deno.test(
  "outside Dagster an extra is its fallback where one is given, without a notice",
  async () => {
    const lines = await printed((pipes) => assertEquals(pipes.getExtra("threshold", 2), 2));
    assertEquals(lines.length, 1);
  },
);

Deno.test("a log text cannot do more in a terminal than be read", async () => {
  const lines = await printed((pipes) => pipes.log("a\x1b[2Jb\rc\u009bd\te"));
  assertEquals(lines.slice(1), ["[INFO] a\\u001b[2Jb\\u000dc\\u009bd\te"]);
});

Deno.test("outside Dagster reports are checked, and go nowhere", async () => {
  const lines = await printed((pipes) => {
    pipes.reportAssetMaterialization({ metadata: { a: 1 } });
    pipes.reportAssetCheck({ checkName: "c", passed: true });
    pipes.reportCustomMessage([1]);
    pipes.logExternalStream("stdout", "x");
    // What the context says of itself may be passed on.
    const { assetKey } = pipes;
    pipes.reportAssetCheck({ checkName: "d", passed: true, assetKey });
    assertThrows(
      () => pipes.reportCustomMessage(undefined as unknown),
      DagsterPipesError,
      "payload",
    );
    assertThrows(
      () => pipes.reportAssetMaterialization({ assetKey: "b", metadata: { a: [NaN] } }),
      DagsterPipesError,
      "metadata.a[0]",
    );
    assertThrows(() => Reflect.apply(pipes.log, null, ["x", "TRACE"]), DagsterPipesError, "level");
  });
  assertEquals(lines.length, 1);
});

Deno.test("outside Dagster the schema's defaults are the extras", async () => {
  const extrasSchema = v.object({ threshold: v.optional(v.number(), 1) });
  await withDagsterPipes({ paramsLoader, extrasSchema }, (pipes) => {
    assertEquals([pipes.extras, pipes.getExtra("threshold")], [{ threshold: 1 }, 1]);
  });
});

sessionTest("outside Dagster a schema that needs extras says which", async () => {
  const extrasSchema = v.object({ threshold: v.number() });
  const error = await assertRejects(
    () => openDagsterPipes({ paramsLoader, extrasSchema }),
    DagsterPipesError,
  );
  assertEquals(error.code, "extras_invalid");
  assert(
    error.message.startsWith(
      "Cannot run without Dagster: this script needs extras that only Dagster passes (extras.threshold: ",
    ),
    error.message,
  );
});

Deno.test("outside Dagster a session lives and ends as it does inside", async () => {
  const error = new Error("mine");
  await printed(() => {});
  await assertRejects(
    () => withDagsterPipes({ paramsLoader }, () => Promise.reject(error)),
    Error,
    "mine",
  );
  const pipes = await openDagsterPipes({ paramsLoader });
  await pipes.close();
  assertEquals(assertThrows(() => pipes.log("x"), DagsterPipesError).code, "session_closed");
});
