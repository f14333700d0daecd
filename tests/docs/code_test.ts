/**
 * Runs the TypeScript and JavaScript of the documentation on each runtime, with a session of Dagster
 * and without one.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import {
  type CodeBlock,
  PAGES,
  RUNNING_PAGE,
  STORES_PAGE,
  TESTING_PAGE,
  TYPESCRIPT_PAGE,
} from "./pages.ts";
import { installStores } from "../tools/install.ts";
import { DocsProject, fileOf } from "./project.ts";

/** A step with everything that a short example may read. */
const CONTEXT = {
  partition_key: "2026-01-05",
  partition_key_range: { start: "2026-01-05", end: "2026-01-05" },
  partition_time_window: { start: "2026-01-05T00:00:00+00:00", end: "2026-01-06T00:00:00+00:00" },
  extras: { threshold: 1, regions: ["north"] },
};

const NEEDS_EXTRAS = "Cannot run without Dagster: this script needs extras";

/** Scripts that fail without Dagster, and why. */
const FAILING: Readonly<Record<string, string>> = {
  "docs/config-and-secrets.md: invoices.ts": NEEDS_EXTRAS,
  "docs/config-and-secrets.md: orders.ts": NEEDS_EXTRAS,
  "docs/failures.md: flaky.ts": "The shop does not answer",
  "docs/partitions.md: berlin_orders.ts": "This asset needs partitions of time",
  "docs/partitions.md: each_day.ts": NEEDS_EXTRAS,
  "docs/partitions.md: many_days.ts": NEEDS_EXTRAS,
  "docs/partitions.md: regional_orders.ts": NEEDS_EXTRAS,
  "docs/passing-data.md: missing_items.ts": NEEDS_EXTRAS,
  "docs/passing-data.md: orders.ts": NEEDS_EXTRAS,
  "docs/passing-data.md: prices.ts": NEEDS_EXTRAS,
  "docs/passing-data.md: revenue.ts": NEEDS_EXTRAS,
  "docs/passing-data.md: sales.ts": NEEDS_EXTRAS,
  "docs/passing-data.md: sales_by_shop.ts": NEEDS_EXTRAS,
  "docs/passing-data.md: stock.ts": NEEDS_EXTRAS,
};

/** Scripts that never end; `tests/slow/docs_servers_test.ts` runs them. */
const SERVERS: readonly (string | undefined)[] = ["server.ts"];

// For the clients that the scripts import.
await installStores();

const isScript = ({ language }: CodeBlock): boolean => language === "ts" || language === "js";
/** Pages whose scripts other tests run. */
const OTHERS: readonly string[] = [RUNNING_PAGE, STORES_PAGE, TESTING_PAGE, TYPESCRIPT_PAGE];
const scripts = PAGES.filter(({ path }) => !OTHERS.includes(path)).flatMap(({ path, blocks }) =>
  blocks.filter(isScript).map((block) => ({ path, block }))
);

Deno.test("each TypeScript block of the documentation compiles", async () => {
  using project = new DocsProject();
  const files = scripts.filter(({ block }) => block.language === "ts").map(({ path, block }) => {
    const file = `${path.replaceAll(/\W/g, "_")}_${block.line}.ts`;
    project.write(file, block.code);
    return file;
  });
  await project.checkTypes(files);
});

for (const { path, block } of scripts) {
  if (SERVERS.includes(block.file)) continue;
  const page = PAGES.find((page) => page.path === path)!;
  Deno.test(`the ${block.language} block at ${path}:${block.line} runs`, async () => {
    const runtimes: readonly RuntimeName[] = ["deno", "bun", "node26"];
    await Promise.all(runtimes.map(async (runtime) => {
      using project = new DocsProject();
      project.writePage(page);
      const command = [...runtimeCommand(runtime), fileOf(block)];
      const { code, stdout, stderr } = await run(command, { cwd: project.path });
      const reason = FAILING[`${path}: ${block.file}`];
      assertEquals(code, reason === undefined ? 0 : 1, stdout + stderr);
      assertStringIncludes(stderr, reason ?? "");
      // Dagster itself runs a file with a name.
      if (block.file !== undefined) return;
      await project.run(command, project.pipesEnv(CONTEXT));
      // A block may only define something, without a session.
      if (!/^(await|const pipes =) /m.test(block.code)) return;
      // The session of a test is in memory.
      if (/loadContextParams|createTestPipes/.test(block.code)) return;
      const messages = project.messages();
      assertEquals(messages.at(0)?.method, "opened");
      assertEquals([messages.at(-1)?.method, messages.at(-1)?.params], ["closed", {}]);
    }));
  });
}

Deno.test("the README and most pages have scripts to try", () => {
  const paths = new Set(scripts.map(({ path }) => path));
  assert(paths.has("README.md"));
  assert(paths.size > PAGES.length / 2, [...paths].join());
});
