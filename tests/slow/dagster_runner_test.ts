/**
 * Runs scripts by the runner and by real Dagster, which are to say the same of them.
 *
 * @module
 */
import process from "node:process";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DagsterPipesError } from "@dagsterpipes/pipes";
import { runPipesSession, type RunPipesSessionResult } from "@dagsterpipes/pipes/runner";
import { createTestPipes } from "@dagsterpipes/pipes/testing";
import { runtimeCommand } from "../kit/installed.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { Dagster, type StoredRun } from "../dagster/harness.ts";
import { plain } from "../dagster/held.ts";
import { METADATA_CLASSES } from "../dagster/metadata_classes.ts";
import { SUITE_RUNTIMES } from "../dagster/suite.ts";

/** A script, and the step that it is run in, of one asset. */
interface Case {
  /** The file, from `tests/programs/dagster`. */
  readonly program: string;
  readonly args?: readonly string[];
  /** Default: `report`. */
  readonly asset?: string;
  readonly checks?: readonly string[];
  readonly extras?: Readonly<Record<string, unknown>>;
}

/** A number in place of what is too large for one: Python's are read as numbers too. */
function asNumbers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(
    value,
    (_, part) => typeof part === "bigint" ? Number(part) : part,
  ));
}

/** What Dagster took, in the words of the runner. */
function takenByDagster(run: StoredRun): unknown {
  const [attempt] = run.attempts;
  assert(attempt !== undefined);
  const results = attempt.results.map((
    { assetKey, checkName, dataVersion, metadata, ...result },
  ) => ({
    assetKey: assetKey.join("/"),
    metadata: Object.entries(metadata).map(([label, value]) => [label, value.class]),
    ...(checkName === undefined
      ? { dataVersion: dataVersion ?? null }
      : { checkName, passed: result.passed, severity: result.severity }),
  }));
  return {
    ok: run.success,
    materializations: results.filter((result) => "dataVersion" in result),
    checks: results.filter((result) => "checkName" in result),
    custom: attempt.custom.map(plain),
    logs: run.logs.filter(({ message }) => !message.startsWith("[pipes]")),
    exceptions: run.engineErrors.map(({ error }) => error.message.trim()),
    isClosed: attempt.closed,
  };
}

function takenByRunner(result: RunPipesSessionResult): unknown {
  const described = <
    R extends { readonly metadata: Readonly<Record<string, { readonly type: string }>> },
  >(
    { metadata, ...report }: R,
  ) => ({
    ...report,
    metadata: Object.entries(metadata).map(([label, { type }]) => [label, METADATA_CLASSES[type]]),
  });
  return {
    ok: result.ok,
    materializations: result.materializations.map(described),
    checks: result.checks.map(described),
    custom: result.customMessages.map(asNumbers),
    logs: result.logs,
    exceptions: result.closed?.exception === undefined ? [] : [result.closed.exception.message],
    isClosed: result.closed !== undefined,
  };
}

/** Whether a program ends its process, which a test of it in memory would not survive. */
function endsProcess(program: string): boolean {
  return program === "reporting_shell.ts";
}

function casesOf(folder: TempFolder): Case[] {
  const of = (program: string, names: readonly string[], checks: readonly string[] = []): Case[] =>
    names.map((name) => ({ program, args: [name], checks }));
  const output_path = `${folder.path}/output.csv`;
  return [
    {
      program: "../../../examples/quickstart.ts",
      asset: "orders",
      checks: ["has_orders"],
      extras: { threshold: 1, output_path },
    },
    { program: "getting_started.ts", checks: ["not_empty"], extras: { threshold: 1, output_path } },
    ...of("reports.ts", ["levels", "payloads", "data_version", "only_log"]),
    ...of("reports.ts", ["checks"], ["passes", "warns", "fails"]),
    ...of("metadata.ts", ["builders", "types"]),
    ...of("failures.ts", [
      "error_with_cause",
      "string",
      "after_report",
      "unknown_asset",
      "twice",
      "refused_value",
      "refused_value_caught",
    ]),
    ...of("failures.ts", ["check_twice"], ["sound"]),
    // Nobody has named the check.
    ...of("failures.ts", ["check_twice"]),
    ...of("reporting_shell.ts", ["alone", "supervised", "unchecked"]),
  ];
}

Deno.test("the runner takes what real Dagster takes, and both it and a test in memory judge the step alike", async (t) => {
  const dagster = await Dagster.start();
  using folder = new TempFolder();
  try {
    for (const { program, args = [], asset = "report", checks = [], extras } of casesOf(folder)) {
      // The example is for every runtime; of the others, one is enough.
      const runtimes = program.includes("examples") ? SUITE_RUNTIMES : ["deno" as const];
      for (const runtime of runtimes) {
        await t.step([runtime, program, ...args].join(" "), async () => {
          const { runs: [run] } = await dagster.run(runtime, {
            program,
            args,
            step: "multi_asset",
            assets: [{ key: [asset], checks }],
            ...(extras === undefined ? {} : { extras: JSON.stringify(extras) }),
          });
          const result = await runPipesSession({
            command: [...runtimeCommand(runtime), `${PROGRAMS_DIR}/dagster/${program}`, ...args],
            assetKeys: [asset],
            checks,
            extras,
            stdio: "capture",
          });
          assertEquals(takenByRunner(result), takenByDagster(run!));
          if (runtime === "deno" && !endsProcess(program)) {
            const tested = createTestPipes({ assetKeys: [asset], checks, extras });
            process.argv.splice(2, Infinity, ...args);
            const specifier = `${PROGRAMS_DIR}/dagster/${program}?${crypto.randomUUID()}`;
            await tested.run(() => import(specifier)).catch(() => {});
            assertEquals(tested.ok, run?.success);
            if (tested.ok) tested.assertOk();
            else {assertThrows(
                () => tested.assertOk(),
                DagsterPipesError,
                "Dagster would fail the step",
              );}
          }
        });
      }
    }
  } finally {
    await dagster.close();
  }
});
