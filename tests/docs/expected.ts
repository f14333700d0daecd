/**
 * What Dagster is to store of the runs that the documentation shows, page by page and run by run.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PageRun } from "./page_runs.ts";

type Check = (run: PageRun) => void;

/** A run that went well, with these materializations, written `asset` or `asset[partition]`. */
function made(run: PageRun, ...expected: string[]): void {
  assert(run.success, JSON.stringify([run.failures, run.engineErrors], null, 2));
  const names = run.materializations.map(({ assetKey, partition }) =>
    assetKey.join("/") + (partition === null ? "" : `[${partition}]`)
  );
  assertEquals(names, expected);
}

/** The value of an entry of the metadata, as Python shows it. */
function metadata(run: PageRun, label: string, materialization = 0): string | undefined {
  return run.materializations[materialization]?.metadata[label]?.repr;
}

/** The checks, written `name passed SEVERITY`. */
function checks(run: PageRun): string[] {
  return run.checks.map(({ checkName, passed, severity }) => `${checkName} ${passed} ${severity}`);
}

/** Whether Dagster was told of an error, and of its causes. */
function told(run: PageRun, ...messages: string[]): void {
  const [engineError] = run.engineErrors;
  const names: string[] = [];
  for (let at = engineError?.error ?? null; at !== null; at = at.cause) {
    names.push(at.message.trim().replace(/^\w*Error: /, ""));
  }
  assertEquals(names, messages);
}

/** Whether Dagster says this of why the step failed, at last. */
function failed(run: PageRun, text: string): void {
  const error = run.failures.at(-1)?.error;
  assertStringIncludes(`${error?.message}${error?.cause?.message ?? ""}`, text);
}

/** Whether something was logged. */
function logged(run: PageRun, level: string, message: string): void {
  const texts = run.logs.map((log) => `${log.level} ${log.message}`);
  assert(texts.includes(`${level} ${message}`), texts.join("\n"));
}

export const EXPECTED: Readonly<Record<string, readonly Check[]>> = {
  "README.md": [(run) => {
    made(run, "orders");
    assertEquals(metadata(run, "threshold"), "FloatMetadataValue(value=1.0)");
    assert(metadata(run, "preview")?.includes("{'id': 2, 'price': 24"), metadata(run, "preview"));
    assertEquals(checks(run), ["not_empty true ERROR"]);
    logged(run, "INFO", "Kept 1 of 2 orders");
  }],
  "docs/assets.md": [
    (run) => {
      made(run, "orders", "shop/customers");
      assertEquals(metadata(run, "rows", 1), "IntMetadataValue(value=7)");
    },
    (run) => {
      made(run, "versioned");
      assertEquals(metadata(run, "codeVersion"), "TextMetadataValue(text='v2')");
      assertEquals(metadata(run, "isFirst"), "BoolMetadataValue(value=True)");
      assertEquals(run.materializations[0]?.dataVersion, "2026-01-05");
    },
    (run) => {
      made(run);
      logged(run, "INFO", "120 orders");
    },
  ],
  "docs/cancelling.md": [(run) => made(run, "orders")],
  "docs/checks.md": [
    (run) => {
      made(run, "orders");
      assertEquals(checks(run), ["not_empty true ERROR", "no_nulls false WARN"]);
    },
    (run) => {
      made(run, "prices");
      assertEquals(checks(run), ["fresh true ERROR"]);
    },
  ],
  "docs/commonjs.md": [(run) => made(run, "orders"), (run) => made(run, "older")],
  "docs/dagster.md": [(run) => {
    made(run, "orders");
    assertEquals(metadata(run, "shop"), "TextMetadataValue(text='north')");
  }],
  "docs/ends.md": [(run) => made(run, "orders")],
  "docs/extras.md": [(run) => {
    made(run, "orders");
    assertEquals(metadata(run, "threshold"), "FloatMetadataValue(value=1.5)");
    assertEquals(metadata(run, "shops"), "JsonMetadataValue(data=['north', 'south'])");
  }],
  "docs/failures.md": [
    (run) => {
      made(run, "flaky");
      assertEquals(metadata(run, "tries"), "IntMetadataValue(value=2)");
      told(run, "The shop does not answer", "fetch failed");
      assertEquals(
        run.engineErrors[0]?.message,
        "[pipes] external process pipes closed with exception",
      );
      failed(run, "DagsterPipesExecutionError: External execution process failed with code 1");
    },
    (run) => {
      assertEquals(run.success, false);
      assertEquals(run.materializations.map(({ assetKey }) => assetKey), [["first"]]);
      told(run, "The second one cannot be made");
      failed(run, "Failure: The script ended with exit code 1");
    },
  ],
  "docs/launcher.md": [(run) => {
    made(run, "backup");
    logged(run, "INFO", "Copied 12 files");
    assertEquals(metadata(run, "files"), "IntMetadataValue(value=12)");
  }, (run) => {
    assert(run.success, JSON.stringify(run.failures));
    const shops = run.materializations.map(({ assetKey }) => assetKey.join("/"));
    assertEquals(shops.sort(), ["north", "south"]);
    assertEquals([0, 1].map((index) => metadata(run, "rows", index)), [
      "IntMetadataValue(value=120)",
      "IntMetadataValue(value=120)",
    ]);
  }],
  "docs/output.md": [(run) => {
    made(run, "orders");
    assertEquals(run.printed, "This line is in the output of the step\n");
  }],
  "docs/partitions.md": [
    (run) => {
      made(run, "daily_orders[2026-01-01]");
      assertEquals(metadata(run, "from"), "TextMetadataValue(text='2026-01-01T00:00:00+00:00')");
      assertEquals(metadata(run, "to"), "TextMetadataValue(text='2026-01-02T00:00:00+00:00')");
    },
    (run) => {
      made(run, "short_day[2026-03-29]");
      const window = "2026-03-29T00:00:00+01:00 to 2026-03-30T00:00:00+02:00";
      logged(run, "INFO", `${window} is 23 hours`);
    },
    (run) => {
      made(run, "regional_orders[2026-01-01|eu]");
      assertEquals(metadata(run, "key"), "TextMetadataValue(text='2026-01-01|eu')");
      assertEquals(metadata(run, "region"), "TextMetadataValue(text='eu')");
    },
    (run) => {
      const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
      made(run, ...days.map((day) => `many_days[${day}]`));
      assert(metadata(run, "days")?.includes("'2026-01-03'"), metadata(run, "days"));
    },
    (run) => {
      const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
      made(run, ...days.map((day) => `each_day[${day}]`));
      const rows = days.map((_, index) => metadata(run, "rows", index));
      assertEquals(rows, [100, 101, 102].map((n) => `IntMetadataValue(value=${n})`));
    },
  ],
  "docs/permissions.md": [(run) => made(run, "orders"), (run) => made(run, "orders")],
  "docs/quick-start.md": ["deno", "bun", "node"].map(() => (run) => {
    made(run, "orders");
    assertEquals(metadata(run, "share"), "FloatMetadataValue(value=1.0)");
  }),
  "docs/torn-lines.md": [(run) => made(run, "orders")],
  "docs/transports.md": [(run) => made(run, "orders")],
};
