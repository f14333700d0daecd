/**
 * What the documentation states about Dagster without showing it, each with a run that proves it.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PageRun } from "./page_runs.ts";

interface Claim {
  readonly states: string;
  /** Python that defines assets; the command of one runs `script.ts`. */
  readonly python: string;
  readonly script: string;
  readonly check: (run: PageRun) => void;
}

const COMMAND = `["deno", "run", "-A", "script.ts"]`;

/** A script whose session runs this code. */
function session(code: string): string {
  return `import { withDagsterPipes } from "@dagsterpipes/pipes";
await withDagsterPipes((pipes) => { ${code} });`;
}

/** An asset that runs its script by a client with these arguments. */
function asset(client: string, run = `command=${COMMAND}`): string {
  return `@dg.asset
def claimed(context):
    client = dg.PipesSubprocessClient(${client})
    return client.run(context=context, ${run}).get_results()`;
}

/** Returns the reason of the step's failure. */
function failure(run: PageRun): string {
  assertEquals(run.success, false);
  const error = run.failures.at(-1)?.error;
  return `${error?.message}${error?.cause?.message ?? ""}`;
}

export const CLAIMS: readonly Claim[] = [
  {
    states: "a reported exception with an exit code of 0 is a successful asset",
    python: asset(""),
    script: `import { openDagsterPipes } from "@dagsterpipes/pipes";
const pipes = await openDagsterPipes();
await pipes.close(new Error("told"));`,
    check(run) {
      assertEquals(run.success, true);
      assertStringIncludes(run.engineErrors[0]!.error.message, "told");
    },
  },
  {
    states: "a process.exit(0) before the session is closed fails the step",
    python: asset(""),
    script: `import process from "node:process";\n${session("process.exit(0);")}`,
    check(run) {
      assertStringIncludes(failure(run), "failed with code 1");
      assertStringIncludes(run.engineErrors[0]!.error.message, "exited with code 0");
    },
  },
  {
    states: "a reported check without a spec fails the step",
    python: asset(""),
    script: session(`pipes.reportAssetCheck({ checkName: "unknown", passed: true });`),
    check: (run) => assertStringIncludes(failure(run), "unexpected AssetCheckResult"),
  },
  {
    states: "a failed check does not fail the step by default",
    python: asset("").replace(
      "@dg.asset",
      `@dg.asset(check_specs=[dg.AssetCheckSpec("bad", asset="claimed")])`,
    ),
    script: session(`pipes.reportAssetCheck({ checkName: "bad", passed: false });`),
    check: (run) => assertEquals([run.success, run.checks[0]?.passed], [true, false]),
  },
  {
    states:
      "with blocking=True, a failed check fails the run and stops the assets that depend on it",
    python: `${
      asset("").replace(
        "@dg.asset",
        `@dg.asset(check_specs=[dg.AssetCheckSpec("bad", asset="claimed", blocking=True)])`,
      )
    }


@dg.asset(deps=[claimed])
def behind(): ...`,
    script: session(
      `pipes.reportAssetMaterialization();
pipes.reportAssetCheck({ checkName: "bad", passed: false });`,
    ),
    check(run) {
      assertEquals(run.success, false);
      assertEquals(run.materializations.map(({ assetKey }) => assetKey), [["claimed"]]);
    },
  },
  {
    states: "a check with a spec that is not reported fails the step",
    python: asset("").replace(
      "@dg.asset",
      `@dg.asset(check_specs=[dg.AssetCheckSpec("missing", asset="claimed")])`,
    ),
    script: session(""),
    check: (run) => assertStringIncludes(failure(run), "missing"),
  },
  {
    states: "an asset that is not reported is still materialized",
    python: asset(""),
    script: session(""),
    check: (run) => assertEquals(run.materializations.length, 1),
  },
  {
    states: "without implicit materializations, an asset that is not reported fails the step",
    python: asset("").replace("get_results()", "get_results(implicit_materializations=False)"),
    script: session(""),
    check: (run) => assertStringIncludes(failure(run), "did not yield or return expected outputs"),
  },
  {
    states: "what was reported before a failure is lost",
    python: asset(""),
    script: session(`pipes.reportAssetMaterialization(); throw new Error("after it");`),
    check(run) {
      assertStringIncludes(failure(run), "failed with code 1");
      assertEquals(run.materializations, []);
    },
  },
  {
    states: "the script does not get a range of partitions that runs at once",
    python: asset("").replace(
      "@dg.asset",
      `@dg.asset(
    partitions_def=dg.DailyPartitionsDefinition("2026-01-01"),
    backfill_policy=dg.BackfillPolicy.single_run(),
)`,
    ),
    script: session(`pipes.log.info(String(pipes.isPartitionStep));`),
    check(run) {
      assertEquals(run.materializations.length, 3);
      assert(run.logs.some(({ message }) => message === "false"));
    },
  },
  {
    states: "the client does not accept the context of a check",
    python: `@dg.asset
def checked(): ...


@dg.asset_check(asset=checked)
def claimed(context: dg.AssetCheckExecutionContext):
    client = dg.PipesSubprocessClient()
    return client.run(context=context, command=${COMMAND}).get_asset_check_result()`,
    script: session(""),
    check: (run) => assertStringIncludes(failure(run), "AssetCheckExecutionContext"),
  },
  {
    states: "a context of 200 KB that cannot be compressed does not fit into the environment",
    python: asset(
      "context_injector=dg.PipesEnvContextInjector()",
      `command=${COMMAND}, extras={"noise": __import__("os").urandom(100_000).hex()}`,
    ),
    script: session(""),
    check: (run) => assertStringIncludes(failure(run), "Argument list too long"),
  },
  {
    states: "with forward_stdio=False, a script that prints more than a pipe holds waits forever",
    python: asset("forward_stdio=False", `command=["timeout", "3", *${COMMAND}]`),
    script: `console.log("x".repeat(200_000));`,
    check: (run) => assertStringIncludes(failure(run), "failed with code 124"),
  },
  {
    states: "the path of a script starts in the folder of Dagster's process",
    python: asset("", `command=${COMMAND}, cwd="/"`),
    script: session(""),
    check: (run) => assertStringIncludes(failure(run), "failed with code 1"),
  },
  {
    states: "a runtime that is not on the PATH of Dagster's process is not found",
    python: asset("", `command=["deno-that-is-not-there", "run", "script.ts"]`),
    script: session(""),
    check: (run) => assertStringIncludes(failure(run), "FileNotFoundError"),
  },
  ...[
    `["node_modules/.bin/dagsterpipes", "supervise", "--", "node", "script.ts"]`,
    `["bun", "node_modules/.bin/dagsterpipes", "supervise", "--", "bun", "script.ts"]`,
  ].map((command) => ({
    states: `the launcher runs by ${command}`,
    python: asset("", `command=${command}`),
    script: `import process from "node:process";\n${
      session(`process.kill(process.pid, "SIGKILL");`)
    }`,
    check(run: PageRun) {
      assertEquals(run.success, false);
      assertStringIncludes(run.engineErrors[0]!.error.message, "SIGKILL");
    },
  })),
  {
    states: "a command is a list",
    python: asset("", `command="deno run -A script.ts"`),
    script: session(""),
    check: (run) => assertStringIncludes(failure(run), "No such file or directory"),
  },
  {
    states: "with include_stdio_in_messages, output that is also forwarded is there twice",
    python: asset(
      "message_reader=dg.PipesTempFileMessageReader(include_stdio_in_messages=True)",
    ),
    script: session(`console.log("printed once");`),
    check: (run) => assertEquals(run.printed.split("printed once").length - 1, 2),
  },
  {
    states: "without it, the output is there once",
    python: asset(""),
    script: session(`console.log("printed once");`),
    check: (run) => assertEquals(run.printed.split("printed once").length - 1, 1),
  },
];
