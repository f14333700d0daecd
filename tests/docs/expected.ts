/**
 * What Dagster is to store of the runs that the documentation shows, page by page and run by run.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { StoredRun } from "../dagster/harness.ts";

/** What Dagster stored of a run of a page. */
export type PageRun = Omit<StoredRun, "runId" | "attempts">;

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
  "docs/ends.md": [(run) => made(run, "orders")],
  "docs/launcher.md": [(run) => {
    made(run, "backup");
    logged(run, "INFO", "Copied 12 files");
  }],
  "docs/output.md": [(run) => made(run, "orders")],
  "docs/partitions.md": [
    (run) => {
      made(run, "daily_orders[2026-01-01]");
      assertEquals(metadata(run, "from"), "TextMetadataValue(text='2026-01-01T00:00:00+00:00')");
      assertEquals(metadata(run, "to"), "TextMetadataValue(text='2026-01-02T00:00:00+00:00')");
    },
    (run) => {
      const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
      made(run, ...days.map((day) => `many_days[${day}]`));
      assert(metadata(run, "days")?.includes("'2026-01-03'"), metadata(run, "days"));
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
