/**
 * Runs the TypeScript and JavaScript that the documentation shows, on each runtime, under a session
 * with Dagster and without one.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { type CodeBlock, PAGES, RUNNING_PAGE, STORES_PAGE, TESTING_PAGE } from "./pages.ts";
import { DocsProject, fileOf } from "./project.ts";

/** A step that has all that a short example may ask for. */
const CONTEXT = {
  partition_key: "2026-01-05",
  partition_key_range: { start: "2026-01-05", end: "2026-01-05" },
  partition_time_window: { start: "2026-01-05T00:00:00+00:00", end: "2026-01-06T00:00:00+00:00" },
  extras: { threshold: 1, regions: ["north"] },
};

/** Scripts that fail, as their page says, where nobody gives them another context. */
const FAILING: readonly (string | undefined)[] = ["flaky.ts"];

const isScript = ({ language }: CodeBlock): boolean => language === "ts" || language === "js";
/** Pages whose scripts other tests run. */
const OTHERS: readonly string[] = [RUNNING_PAGE, STORES_PAGE, TESTING_PAGE];
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
  const page = PAGES.find((page) => page.path === path)!;
  Deno.test(`the ${block.language} block at ${path}:${block.line} runs`, async () => {
    const runtimes: readonly RuntimeName[] = ["deno", "bun", "node26"];
    await Promise.all(runtimes.map(async (runtime) => {
      using project = new DocsProject();
      project.writePage(page);
      const command = [...runtimeCommand(runtime), fileOf(block)];
      const { code, stdout, stderr } = await run(command, { cwd: project.path });
      assertEquals(code, FAILING.includes(block.file) ? 1 : 0, stdout + stderr);
      // What a file with a name does under Dagster is tested with Dagster itself.
      if (block.file !== undefined) return;
      await project.run(command, project.pipesEnv(CONTEXT));
      // A block that only defines something opens no session, and one may be told of another.
      if (!/^(await|const pipes =) /m.test(block.code)) return;
      // Nor does one of a test, whose session is in memory.
      if (/loadContextParams|createTestPipes/.test(block.code)) return;
      const messages = project.messages();
      assertEquals(messages.at(0)?.method, "opened");
      assertEquals([messages.at(-1)?.method, messages.at(-1)?.params], ["closed", {}]);
    }));
  });
}

Deno.test("the README has scripts to try", () => {
  assert(scripts.filter(({ path }) => path === "README.md").length >= 2);
});
