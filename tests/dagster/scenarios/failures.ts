import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { StoredError, StoredRun } from "../harness.ts";
import { type DagsterRuns, scenario } from "../suite.ts";
import { assertClean } from "./reports.ts";

const CLOSED_WITH = "[pipes] external process pipes closed with exception";

/** Runs a program that fails, and gives the exception that `closed` carried. */
async function failure(dagster: DagsterRuns, how: string): Promise<[StoredError, StoredRun]> {
  const run = await dagster.one({
    program: "failures.ts",
    args: [how],
    assets: [{ key: ["report"], checks: ["sound"] }],
  });
  assertEquals(run.success, false, run.stderr);
  assertEquals(run.engineErrors.map((engineError) => engineError.message), [
    CLOSED_WITH,
  ], run.stderr);
  assertEquals(
    run.failures.map(({ kind, error }) => [kind, error.cause?.message]),
    [
      [
        "STEP_FAILURE",
        "dagster._core.errors.DagsterPipesExecutionError: External execution process failed with code 1\n",
      ],
    ],
  );
  assertEquals(run.attempts.map(({ opened, closed }) => [opened, closed]), [[true, true]]);
  const warnings = run.logs.filter((log) => log.level === "WARNING").map((log) => log.message);
  assertEquals(warnings.filter((message) => message.startsWith("[pipes]")), []);
  return [
    run.engineErrors[0]?.error ??
      { message: "", name: null, stack: [], cause: null, context: null },
    run,
  ];
}

/** Each error of a chain, by its name and message. */
function chain(error: StoredError | null, by: "cause" | "context"): [string | null, string][] {
  return error === null ? [] : [[error.name, error.message.trim()], ...chain(error[by], by)];
}

scenario(
  "a thrown error arrives with its name, stack and causes",
  async (dagster) => {
    const [error] = await failure(dagster, "error_with_cause");
    assertEquals(chain(error, "cause"), [
      ["NoSuchTable", "NoSuchTable: orders"],
      ["TypeError", "TypeError: inner"],
      [null, "a reason in words"],
    ]);
    assertEquals(error.stack.length, 1);
    assert(error.stack[0]?.endsWith("\n"));
    assertStringIncludes(error.stack.join(""), "failures.ts");
  },
);

scenario(
  "a thrown AggregateError arrives with the errors that it holds",
  async (dagster) => {
    const [error] = await failure(dagster, "aggregate");
    assertEquals(chain(error, "context"), [
      ["AggregateError", "AggregateError: both failed"],
      ["RangeError", "RangeError: first"],
      ["TypeError", "TypeError: second"],
    ]);
  },
);

scenario("a thrown string arrives as the message", async (dagster) => {
  const [error] = await failure(dagster, "string");
  assertEquals([error.name, error.message, error.cause], [null, "only words", null]);
});

scenario("a thrown null arrives as the message null", async (dagster) => {
  const [error] = await failure(dagster, "nothing");
  assertEquals([error.name, error.message, error.cause], [null, "null", null]);
});

scenario("a circle of causes arrives, and ends", async (dagster) => {
  const [error] = await failure(dagster, "circle");
  assertEquals(error.message.trim(), "round");
  assert(chain(error, "cause").length <= 3);
});

scenario(
  "a rejected promise fails the session like a throw",
  async (dagster) => {
    const [error] = await failure(dagster, "rejected");
    assertEquals(error.message.trim(), "later");
  },
);

scenario("what was reported before a throw arrives", async (dagster) => {
  const [, run] = await failure(dagster, "after_report");
  assertEquals(
    run.attempts[0]?.results.map((result) => result.metadata.rows?.repr),
    ["IntMetadataValue(value=1)"],
  );
  assertEquals(run.logs.at(-1)?.message, "before the end");
});

scenario(
  "a report on an asset that the step does not have fails in the script",
  async (dagster) => {
    const [error, run] = await failure(dagster, "unknown_asset");
    assertEquals(error.name, "DagsterPipesError");
    assertStringIncludes(error.message, "stranger");
    assertEquals(run.attempts[0]?.results, []);
  },
);

scenario(
  "a second materialization of an asset fails in the script",
  async (dagster) => {
    const [error, run] = await failure(dagster, "twice");
    assertEquals(error.name, "DagsterPipesError");
    assertEquals(
      run.attempts[0]?.results.map((result) => result.metadata.attempt?.repr),
      ["IntMetadataValue(value=1)"],
    );
  },
);

scenario("a second result of a check fails in the script", async (dagster) => {
  const [error, run] = await failure(dagster, "check_twice");
  assertEquals(error.name, "DagsterPipesError");
  assertStringIncludes(error.message, "sound");
  assertEquals(run.attempts[0]?.results.map((result) => result.passed), [true]);
});

scenario(
  "a value that Dagster could not take fails in the script, with its path",
  async (dagster) => {
    const [error, run] = await failure(dagster, "refused_value");
    assertEquals(error.name, "DagsterPipesError");
    assertStringIncludes(error.message, "metadata.value.deep[0]");
    assertEquals(run.attempts[0]?.results, []);
  },
);

scenario("a refused report can be mended and made again", async (dagster) => {
  const run = await dagster.one({ program: "failures.ts", args: ["refused_value_caught"] });
  assertClean(run);
  assertEquals(run.logs.at(-1), { level: "WARNING", message: "DagsterPipesError" });
  assertEquals(run.materializations[0]?.metadata.value?.repr, "IntMetadataValue(value=1)");
});

scenario(
  "a report after close fails the script, and nothing comes after closed",
  async (dagster) => {
    const run = await dagster.one({ program: "failures.ts", args: ["after_close"] });
    assertEquals(run.success, false);
    assertEquals(run.attempts.map(({ results, closed }) => [results, closed]), [[[], true]]);
    assertEquals(run.logs.filter((log) => log.level === "WARNING"), []);
    assertStringIncludes(run.stderr, "DagsterPipesError");
  },
);

scenario(
  "an exit code fails the step though the session closed cleanly",
  async (dagster) => {
    const run = await dagster.one({ program: "failures.ts", args: ["exit_code"] });
    assertEquals(run.success, false);
    assertEquals(run.engineErrors, []);
    assertStringIncludes(run.failures[0]?.error.cause?.message ?? "", "failed with code 7");
  },
);

scenario(
  "an exception given to close is told, and the step succeeds",
  async (dagster) => {
    const run = await dagster.one({ program: "failures.ts", args: ["handled"] });
    assertEquals(run.success, true, run.stderr);
    assertEquals(run.engineErrors.map(({ error }) => error.message.trim()), [
      "said, and gone on",
    ]);
  },
);
