/**
 * What Dagster has to store of the runs of the documentation's code: by the page, and by the name of
 * a run, which is its job or the first of its assets. A run that is not listed has to succeed.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PageRun } from "./page_runs.ts";

type Check = (run: PageRun) => void;

/** Asserts that a run succeeded with these materializations, written `asset` or `asset[partition]`. */
function made(run: PageRun, ...expected: string[]): void {
  assert(run.success, JSON.stringify([run.failures, run.engineErrors], null, 2));
  const names = run.materializations.map(({ assetKey, partition }) =>
    assetKey.join("/") + (partition === null ? "" : `[${partition}]`)
  );
  assertEquals(names, expected);
}

/** Returns the value of a metadata entry, as Python shows it. */
function metadata(run: PageRun, label: string, materialization = 0): string | undefined {
  return run.materializations[materialization]?.metadata[label]?.repr;
}

/** Returns the checks, written `name passed SEVERITY`. */
function checks(run: PageRun): string[] {
  return run.checks.map(({ checkName, passed, severity }) => `${checkName} ${passed} ${severity}`);
}

/** Asserts that an error and its causes were reported to Dagster. */
function reported(run: PageRun, ...messages: string[]): void {
  const [engineError] = run.engineErrors;
  const names: string[] = [];
  for (let at = engineError?.error ?? null; at !== null; at = at.cause) {
    names.push(at.message.trim().replace(/^\w*Error: /, ""));
  }
  assertEquals(names, messages);
}

/** Asserts that Dagster gives this reason for the last failure of the step. */
function failed(run: PageRun, text: string): void {
  const error = run.failures.at(-1)?.error;
  assertStringIncludes(`${error?.message}${error?.cause?.message ?? ""}`, text);
}

/** Asserts that a message was logged. */
function logged(run: PageRun, level: string, message: string): void {
  const texts = run.logs.map((log) => `${log.level} ${log.message}`);
  assert(texts.includes(`${level} ${message}`), texts.join("\n"));
}

export const EXPECTED: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  "README.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(metadata(run, "threshold"), "FloatMetadataValue(value=1.0)");
      assert(metadata(run, "preview")?.includes("{'id': 2, 'price': 24"), metadata(run, "preview"));
      assertEquals(checks(run), ["not_empty true ERROR"]);
      logged(run, "INFO", "Kept 1 of 2 orders");
    },
  },
  "docs/assets.md": {
    orders(run) {
      made(run, "orders", "shop/customers");
      assertEquals(metadata(run, "rows", 1), "IntMetadataValue(value=7)");
    },
    versioned(run) {
      made(run, "versioned");
      assertEquals(metadata(run, "codeVersion"), "TextMetadataValue(text='v2')");
      assertEquals(metadata(run, "isFirst"), "BoolMetadataValue(value=True)");
      assertEquals(run.materializations[0]?.dataVersion, "2026-01-05");
    },
    counting(run) {
      made(run);
      logged(run, "INFO", "120 orders");
    },
  },
  "docs/cancelling.md": { orders: (run) => made(run, "orders") },
  "docs/checks.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(checks(run), ["not_empty true ERROR", "no_nulls false WARN"]);
    },
    invoices(run) {
      assertEquals(run.success, false);
      assertEquals(run.materializations.map(({ assetKey }) => assetKey), [["invoices"]]);
      assertEquals(checks(run), ["has_rows false ERROR"]);
    },
    prices(run) {
      made(run, "prices");
      assertEquals(checks(run), ["fresh true ERROR"]);
    },
  },
  "docs/commonjs.md": {
    orders: (run) => made(run, "orders"),
    older: (run) => made(run, "older"),
  },
  "docs/config-and-secrets.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(metadata(run, "rows"), "IntMetadataValue(value=2)");
    },
    invoices(run) {
      made(run, "invoices");
      assertEquals(metadata(run, "since"), "TextMetadataValue(text='2026-01-01')");
    },
  },
  "docs/dagster.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(metadata(run, "shop"), "TextMetadataValue(text='north')");
    },
  },
  "docs/ends.md": { orders: (run) => made(run, "orders") },
  "docs/extras.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(metadata(run, "threshold"), "FloatMetadataValue(value=1.5)");
      assertEquals(metadata(run, "shops"), "JsonMetadataValue(data=['north', 'south'])");
    },
  },
  "docs/failures.md": {
    flaky(run) {
      made(run, "flaky");
      assertEquals(metadata(run, "tries"), "IntMetadataValue(value=2)");
      reported(run, "The shop does not answer", "fetch failed");
      assertEquals(
        run.engineErrors[0]?.message,
        "[pipes] external process pipes closed with exception",
      );
      failed(run, "DagsterPipesExecutionError: External execution process failed with code 1");
    },
    first(run) {
      assertEquals(run.success, false);
      assertEquals(run.materializations.map(({ assetKey }) => assetKey), [["first"]]);
      reported(run, "The second one cannot be made");
      failed(run, "Failure: The script ended with exit code 1");
    },
  },
  "docs/launcher.md": {
    backup(run) {
      made(run, "backup");
      logged(run, "INFO", "Copied 12 files");
      assertEquals(metadata(run, "files"), "IntMetadataValue(value=12)");
    },
    north(run) {
      assert(run.success, JSON.stringify(run.failures));
      const shops = run.materializations.map(({ assetKey }) => assetKey.join("/"));
      assertEquals(shops.sort(), ["north", "south"]);
      assertEquals([0, 1].map((index) => metadata(run, "rows", index)), [
        "IntMetadataValue(value=120)",
        "IntMetadataValue(value=120)",
      ]);
    },
  },
  "docs/output.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(run.printed, "This line is in the output of the step\n");
    },
  },
  "docs/partitions.md": {
    daily_orders(run) {
      made(run, "daily_orders[2026-01-01]");
      const file = "PathMetadataValue(fspath='data/orders/2026-01-01.json')";
      assertEquals(metadata(run, "file"), file);
    },
    berlin_orders(run) {
      made(run, "berlin_orders[2026-03-29]");
      const window = "from 2026-03-29T00:00:00+01:00 to 2026-03-30T00:00:00+02:00";
      logged(run, "INFO", `Kept 2 orders ${window}`);
    },
    regional_orders(run) {
      made(run, "regional_orders[2026-01-01|eu]");
      logged(run, "INFO", "Reading the orders of eu on 2026-01-01");
      assertEquals(metadata(run, "region"), "TextMetadataValue(text='eu')");
    },
    many_days(run) {
      const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
      made(run, ...days.map((day) => `many_days[${day}]`));
      assert(metadata(run, "days")?.includes("'2026-01-03'"), metadata(run, "days"));
    },
    each_day(run) {
      const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
      made(run, ...days.map((day) => `each_day[${day}]`));
      const rows = days.map((_, index) => metadata(run, "rows", index));
      assertEquals(rows, [100, 101, 102].map((n) => `IntMetadataValue(value=${n})`));
    },
  },
  "docs/passing-data.md": {
    average_price(run) {
      made(run, "orders", "average_price", "revenue");
      assertEquals(metadata(run, "revenue", 2), "FloatMetadataValue(value=36.5)");
    },
    sales(run) {
      made(run, "sales", "sales_by_shop");
      assertEquals(metadata(run, "dagster/row_count"), "IntMetadataValue(value=3)");
      assert(metadata(run, "preview", 1)?.includes("'revenue': 19.5"), metadata(run, "preview", 1));
    },
    missing_items(run) {
      made(run, "stock", "missing_items");
      assertEquals(metadata(run, "missing", 1), "JsonMetadataValue(data=['ink'])");
    },
    highest_rate(run) {
      made(run, "rates", "highest_rate", "prices");
      assert(metadata(run, "prices", 2)?.includes("'price': 25"), metadata(run, "prices", 2));
    },
  },
  "docs/permissions.md": { orders: (run) => made(run, "orders") },
  "docs/quick-start.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(metadata(run, "share"), "FloatMetadataValue(value=1.0)");
    },
  },
  "docs/transports.md": { orders: (run) => made(run, "orders") },
  "docs/typescript-and-ci.md": {
    orders(run) {
      made(run, "orders");
      assertEquals(checks(run), ["not_empty true ERROR"]);
    },
  },
};
