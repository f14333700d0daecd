import { assert, assertEquals, assertMatch } from "@std/assert";
import type { RunPipesSessionResult } from "@dagsterpipes/pipes/runner";
import { parsePythonJson } from "../../src/json/read_json.ts";
import type { StoredError, StoredRun } from "../dagster/harness.ts";
import { plain, show } from "../dagster/held.ts";
import { isBefore } from "../dagster/versions.ts";
import { page, PROJECT_PAGE } from "../docs/pages.ts";
import { ProjectCopy } from "./copy.ts";
import { runWithoutDagster, saidByDagster, saidByRunner } from "./without_dagster.ts";

/** What was made of the project: by real Dagster, and by the runner without it. */
interface Made {
  readonly runs: Readonly<Record<string, StoredRun>>;
  readonly withoutDagster: Readonly<Record<string, RunPipesSessionResult>>;
}

/** All runs by their names. One Python process makes them: importing Dagster takes seconds. */
let answer: Promise<Made> | undefined;

async function makeRuns(): Promise<Made> {
  using copy = await ProjectCopy.installed();
  const withoutDagster = await runWithoutDagster(copy);
  for (const { name } of Deno.readDirSync(new URL("./defs", import.meta.url))) copy.addDefs(name);
  for (const { file, code } of page(PROJECT_PAGE).blocks) {
    if (file !== undefined) copy.write(`src/orders/defs/page/${file}`, code);
  }
  const script = new URL("./python/runs.py", import.meta.url).pathname;
  const { stdout, stderr } = await copy.run(["python", script]);
  const json = stdout.match(/^RESULT (.*)$/m)?.[1];
  if (json === undefined) throw new Error(stdout + stderr);
  console.log(`real Dagster ${stdout.match(/^VERSION (.*)$/m)?.[1]}: the example project`);
  return { runs: parsePythonJson(json) as Record<string, StoredRun>, withoutDagster };
}

async function runOf(name: string): Promise<StoredRun> {
  const run = (await (answer ??= makeRuns())).runs[name];
  assert(run !== undefined, name);
  return run;
}

async function succeeded(name: string): Promise<StoredRun> {
  const run = await runOf(name);
  assert(run.success, JSON.stringify([run.failures, run.engineErrors]));
  return run;
}

/** The run, how its step failed, and what Dagster was told of the end. */
async function failed(name: string): Promise<[StoredRun, string, StoredError | undefined]> {
  const run = await runOf(name);
  assertEquals(run.success, false);
  return [run, String(run.failures[0]?.error.message), run.engineErrors[0]?.error];
}

function keys({ materializations }: StoredRun): string[] {
  return materializations.map(({ assetKey }) => assetKey.join("/"));
}

/** A value of metadata of the first materialization. */
function value({ materializations }: StoredRun, name: string): string {
  const held = materializations[0]?.metadata[name]?.tree;
  return held === undefined ? "missing" : show(held);
}

function logs(run: StoredRun): string[] {
  return run.logs.map(({ level, message }) => `${level} ${message}`)
    .filter((line) => !line.includes("[pipes]"));
}

Deno.test("the ingest on Deno reports rows, a table, a link, and a check", async () => {
  const run = await succeeded("ingest");
  assertEquals(keys(run), ["orders"]);
  assertEquals(value(run, "dagster/row_count"), "IntMetadataValue(value=346)");
  assertEquals(value(run, "source"), 'UrlMetadataValue(url="https://example.com/orders")');
  assertMatch(
    value(run, "preview"),
    /^TableMetadataValue\(records=\[TableRecord\(.*"price": 7\.25/,
  );
  assert(run.checks.some(({ checkName, passed }) => checkName === "not_empty" && passed));
  assertEquals(logs(run), [
    "INFO Got 462 orders",
    "DEBUG The threshold is 1",
    "WARNING Dropped 116 orders below 1",
  ]);
});

Deno.test("the transform on Bun has the partition of its run, and tells the lineage", async () => {
  const run = await succeeded("day 2");
  assertEquals(run.materializations[0]?.partition, "2026-01-02");
  assertEquals(value(run, "revenue"), "FloatMetadataValue(value=197.5)");
  assertEquals(value(run, "from"), "TimestampMetadataValue(value=1767312000.0)");
  assertMatch(value(run, "dagster/column_lineage"), /column_name="price"/);
});

Deno.test("the model on Node reads all days, draws a plot, and has its checks", async () => {
  const run = await succeeded("forecast");
  assertEquals(value(run, "days"), "IntMetadataValue(value=4)");
  const plot = value(run, "plot").match(/^MarkdownMetadataValue.*base64,([\w+/=]+)\)/)?.[1] ?? "";
  assertMatch(atob(plot), /^<svg style="background:white" xmlns[^]*<\/svg>$/);
  const checks = run.checks.map(({ checkName, passed, severity }) => [checkName, passed, severity]);
  assertEquals(checks, [["enough_days", true, "ERROR"], ["fits", true, "WARN"]]);
});

Deno.test("one script reports several assets", async () => {
  assertEquals(keys(await succeeded("best_sellers")), ["best/products", "best/customers"]);
});

Deno.test("what a bash script prints are log messages, and what it reports is stored", async () => {
  const run = await succeeded("archive");
  assertEquals(keys(run), ["archive"]);
  // Lines that come together are one message: the table that a program printed stays whole.
  const [table = "", ...others] = logs(run);
  assertEquals(others, []);
  assertMatch(
    table,
    /^INFO {2}product +\| orders\n-+\+-+\n( [a-z ]+ \| +\d+\n)+\(\d rows\)$/,
  );
  assertEquals(value(run, "rows"), "IntMetadataValue(value=346)");
  assertMatch(value(run, "bytes"), /^IntMetadataValue\(value=\d{4}\)$/);
  const field = isBefore("1.12") ? "path" : "fspath";
  assertEquals(value(run, "file"), `PathMetadataValue(${field}="data/orders.jsonl.gz")`);
  const checks = run.checks.map(({ checkName, passed }) => [checkName, passed]);
  assertEquals(checks, [["unpacks", true]]);
});

Deno.test("what was reported before a failure is kept, and the exception has its cause", async () => {
  const [run, failure, exception] = await failed("refunds");
  assertEquals(keys(run), ["payments"]);
  assertMatch(failure, /refunds\.ts ended with exit code 1: The payment service sent no JSON/);
  assertMatch(String(exception?.message), /^The payment service sent no JSON/);
  assertMatch(String(exception?.stack.join("")), /refunds\.ts:9:\d+/);
  assertMatch(String(exception?.cause?.message), /^SyntaxError: Unexpected token/);
});

Deno.test("a script that is killed is told of, and what it reported is kept", async () => {
  const [run, failure, exception] = await failed("killed");
  assertEquals(keys(run), ["kept"]);
  assertMatch(
    failure,
    /killed\.ts ended with signal SIGKILL: DagsterPipesError: The command ended with/,
  );
  assertMatch(String(exception?.message), /The command ended with signal SIGKILL/);
});

Deno.test("an exit in the middle fails the step, though its code is 0", async () => {
  const [, failure, exception] = await failed("exits");
  assertMatch(
    failure,
    /exits\.ts ended with exit code 1: .* left its session with Dagster unclosed/,
  );
  assertMatch(String(exception?.message), /left its session with Dagster unclosed/);
});

Deno.test("an exit in the middle fails the step without the launcher too", async () => {
  const [, failure, exception] = await failed("exits_alone");
  assertMatch(failure, /exits\.ts ended before it closed its session with Dagster/);
  assertEquals(exception, undefined);
});

Deno.test("a script on Deno has its permissions, and what Pipes needs, and no other", async () => {
  assertEquals(metadata(await succeeded("permissions"), "allowed"), [
    "read data/orders.jsonl",
    "net localhost",
    "net 127.0.0.1:8080",
    "sys hostname",
    "env VERSION",
  ]);
});

Deno.test("a script on Deno may not write the files of Dagster, nor import from the network", async () => {
  const run = await succeeded("permissions");
  assertEquals(metadata(run, "written"), ["Dagster's messages: denied", "the context: denied"]);
  const imports = metadata(run, "imports");
  assert(Array.isArray(imports) && imports.length === 3, String(imports));
  for (const result of imports.slice(0, 2)) assertMatch(result, /--no-remote is specified/);
  assertMatch(imports[2], /Could not find a matching package/);
});

Deno.test("a script on Deno without the launcher writes its messages itself", async () => {
  assertEquals(keys(await succeeded("alone")), ["alone"]);
});

Deno.test("text stays text on its way from defs.yaml to the script", async () => {
  const run = await succeeded("permissions");
  assertEquals(metadata(run, "env"), ["1.10", "Hello there"]);
  assertEquals(metadata(run, "extras"), {
    version: "1.10",
    number: 1,
    nested: [{ code: "007" }, "Hello"],
  });
});

Deno.test("a script may make checks alone", async () => {
  const run = await succeeded("checks_only");
  assertEquals(keys(run), []);
  assertEquals(run.checks.map(({ checkName, passed }) => [checkName, passed]), [[
    "is_sorted",
    true,
  ]]);
});

Deno.test("a result is stored while the script still runs", async () => {
  assertEquals(keys(await succeeded("streams")), ["early", "late"]);
});

Deno.test("what the page of the documentation shows makes an asset and its check", async () => {
  const run = await succeeded("page");
  assertEquals(value(run, "day"), 'TextMetadataValue(text="2026-01-05")');
  assertEquals(metadata(run, "prices"), [3.5, 24]);
  assertEquals(run.checks.map(({ checkName, passed }) => [checkName, passed]), [[
    "not_empty",
    true,
  ]]);
});

Deno.test("every script of the project does without Dagster what it does in Dagster", async (t) => {
  const { withoutDagster } = await (answer ??= makeRuns());
  assertEquals(Object.keys(withoutDagster).length, 9);
  for (const [name, result] of Object.entries(withoutDagster)) {
    const run = await runOf(name);
    await t.step(name, () => assertEquals(saidByRunner(result), saidByDagster(run)));
  }
});

Deno.test("a runtime that is not installed is reported with instructions to install it", async () => {
  const [, failure] = await failed("no runtime");
  assertMatch(failure, /Cannot find `bun`, which daily_revenue\.ts runs on\. Install it \(`npm/);
});

Deno.test("a launcher that is not installed is reported with instructions to install it", async () => {
  const [, failure] = await failed("no launcher");
  assertMatch(failure, /Cannot find the launcher .*: run `npm install` in /);
});

/** JSON in the metadata of the first materialization. */
function metadata({ materializations }: StoredRun, name: string): unknown {
  const tree = materializations[0]?.metadata[name]?.tree;
  return tree !== undefined && "fields" in tree && tree.fields.data && plain(tree.fields.data);
}
