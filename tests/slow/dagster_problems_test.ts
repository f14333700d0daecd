/**
 * Holds against real Dagster what this package says that Dagster would say of a step.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { StepProblemCode } from "../../src/local/recorded.ts";
import { type StepProcessEnd, StepRecording } from "../../src/local/recording.ts";
import { localStep, type StepTargets } from "../../src/local/step.ts";
import { Dagster, type StoredRun } from "../dagster/harness.ts";
import { assetsOf, PROBLEM_ROWS, type ProblemRow } from "../dagster/problems_table.ts";

/** How Dagster tells what goes on: by warnings, by engine events, and by why the step failed. */
const WARNINGS: readonly (readonly [StepProblemCode, RegExp])[] = [
  ["after_closed", /unexpected message received after closed/],
  ["unreadable_message", /framework exception occurred/],
  ["no_messages", /did not receive any messages/],
  ["not_closed", /did not receive closed message/],
  ["closed_with_exception", /pipes closed with exception/],
];
const FAILURES: readonly (readonly [StepProblemCode, RegExp])[] = [
  ["process_failed", /process failed with code/],
  [
    "unknown_asset",
    /not found in AssetsDefinition|targets asset 'z' which is not|got 1 MaterializeResults/,
  ],
  ["undeclared_check", /No AssetCheckSpecs were found|and have name/],
  ["reported_twice", /multiple times|and 2 AssetCheckResults/],
  ["missing_check", /did not yield or return expected outputs|got 0 MaterializeResults and 0/],
];

/** What Dagster said: every warning, and the first thing that it failed the step for. */
function saidByDagster({ logs, engineErrors, failures }: StoredRun): StepProblemCode[] {
  const warnings = [
    ...logs.filter(({ level }) => level === "WARNING").map(({ message }) => message),
    ...engineErrors.map(({ message }) => message),
  ];
  const said = WARNINGS.flatMap(([code, text]) =>
    warnings.filter((warning) => text.test(warning)).map(() => code)
  );
  const failure = JSON.stringify(failures[0]?.error ?? null);
  const [code] = FAILURES.find(([, text]) => text.test(failure)) ?? [];
  // An exception is shown in any case; where the process failed as well, it is why.
  const isWhy = code === "process_failed";
  return [
    ...said.filter((code) => !(isWhy && code === "closed_with_exception")),
    ...(code === undefined ? [] : [code]),
  ];
}

function stepOf(row: ProblemRow): StepTargets {
  const checks = assetsOf(row).flatMap(({ key, checks = [] }) =>
    checks.map((checkName) => ({ checkName, assetKey: key }))
  );
  if (row.step === "op") return localStep({}).targets;
  if (row.step === "asset_check") return localStep({ checks }).targets;
  return localStep({ assetKeys: assetsOf(row).map(({ key }) => key), checks }).targets;
}

function endOf({ end = 0 }: ProblemRow): StepProcessEnd {
  return typeof end === "number" ? { code: end, signal: null } : { code: null, signal: end };
}

Deno.test("what is said of a step is what Dagster says of it", async (t) => {
  const dagster = await Dagster.start();
  try {
    for (const [how, row] of Object.entries(PROBLEM_ROWS)) {
      await t.step(how, async () => {
        const recording = new StepRecording(stepOf(row));
        for (const line of row.lines) recording.takeLine(line);
        recording.processEnd = endOf(row);
        const { problems, ok } = recording;
        assertEquals(problems.map(({ code }) => code), row.says);

        const { runs: [run] } = await dagster.run("deno", {
          step: row.step ?? "multi_asset",
          assets: assetsOf(row),
          program: "lines.ts",
          args: [JSON.stringify(row.lines), String(row.end ?? 0)],
        });
        assertEquals(ok, run?.success);
        const failures = problems.filter(({ severity }) => severity === "failure");
        const warnings = problems.filter(({ severity }) => severity === "warning");
        // Dagster stops at the first thing that it fails a step for.
        const told = [...warnings, ...failures.slice(0, 1)].map(({ code }) => code);
        assertEquals(saidByDagster(run!).sort(), told.sort());
      });
    }
  } finally {
    await dagster.close();
  }
});
