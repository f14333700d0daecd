import { assert, assertEquals, assertMatch } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import type { StepProblem } from "../../src/local/recorded.ts";
import { PROBLEM_ROWS } from "../dagster/problems_table.ts";
import { page, TESTING_PAGE } from "./pages.ts";
import { DocsProject, fileOf } from "./project.ts";
import { isFromNpm, runTests, TEST_COMMANDS } from "./test_runners.ts";

/** What each runner prints after one test that passed. */
const PASSED = /\b1 pass|\bpass 1\b|Kept 2 of 3 orders/;

for (const command of TEST_COMMANDS.filter((command) => !isFromNpm(command))) {
  Deno.test(`the page on tests has a command that works: ${command}`, async () => {
    assertMatch(await runTests(command), PASSED);
  });
}

Deno.test("the page on tests has a cancel that works on each runtime", async () => {
  const block = page(TESTING_PAGE).blocks.find(({ file, language }) => language === "ts" && !file);
  assert(block !== undefined);
  using project = new DocsProject();
  project.write(fileOf(block), block.code);
  const runtimes: readonly RuntimeName[] = ["deno", "bun", "node26"];
  await Promise.all(
    runtimes.map((runtime) => project.run([...runtimeCommand(runtime), fileOf(block)])),
  );
});

Deno.test("the flag of the page on tests finds a test that does not wait for its script", async () => {
  const [, flag = ""] = /`deno test (--[\w-]+)`/.exec(page(TESTING_PAGE).text) ?? [];
  using project = new DocsProject();
  project.write(
    "late_test.ts",
    `import { createTestPipes } from "@dagsterpipes/pipes/testing";
Deno.test("late", () => {
  createTestPipes().run(() => new Promise((resolve) => setTimeout(resolve, 2000)));
});\n`,
  );
  const command = [Deno.execPath(), "test", "--no-check", flag, "late_test.ts"];
  const { code, stdout, stderr } = await run(command, { cwd: project.path });
  assertEquals(code, 1);
  assertMatch(stdout + stderr, /Leaks detected/);
});

Deno.test("the page on tests lists each problem that is compared with Dagster", () => {
  const rows = [
    ...page(TESTING_PAGE).text.matchAll(
      /^\| `(\w+)` +\| (fails the step|warns|succeeds, logs the error) +\|/gm,
    ),
  ];
  const compared = new Set(Object.values(PROBLEM_ROWS).flatMap(({ says }) => says));
  assertEquals(
    rows.map(([, code]) => code as StepProblem["code"]).sort(),
    [...compared].sort(),
  );
});
