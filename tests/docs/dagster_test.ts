/**
 * Runs what the documentation shows of Dagster's side, in Python, with the scripts of the same page,
 * in real Dagster; and what it only says of Dagster.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { CLAIMS } from "./claims.ts";
import { EXPECTED } from "./expected.ts";
import { PageRunner } from "./page_runs.ts";
import { PAGES, RUNNING_PAGE, STORES_PAGE } from "./pages.ts";
import { DocsProject } from "./project.ts";

Deno.test("what the documentation shows and says of Dagster's side is so in real Dagster", async (t) => {
  const dagster = await PageRunner.start();
  try {
    for (const page of PAGES) {
      const python = page.blocks.filter(({ language }) => language === "python");
      if (python.length === 0 || [RUNNING_PAGE, STORES_PAGE].includes(page.path)) continue;
      await t.step(`what ${page.path} shows`, async () => {
        const expected = EXPECTED[page.path];
        assert(expected !== undefined, "nobody has said what the page's runs are to store");
        using project = new DocsProject();
        project.writePage(page);
        const runs = await dagster.run(project, python.map(({ code }) => code));
        assertEquals(runs.length, expected.length, "runs of the page");
        for (const [index, check] of expected.entries()) check(runs[index]!);
      });
    }
    for (const { says, python, script, check } of CLAIMS) {
      await t.step(says, async () => {
        using project = new DocsProject();
        project.write("script.ts", script);
        const [run] = await dagster.run(project, [`import dagster as dg\n\n\n${python}`]);
        check(run!);
      });
    }
  } finally {
    await dagster.close();
  }
});

Deno.test("each script of the documentation that has a name is run or imported on its page", () => {
  for (const { path, text, blocks } of PAGES) {
    for (const { file, language } of blocks) {
      if (file === undefined || ["python", "yaml"].includes(language)) continue;
      const own = blocks.filter((block) => block.file === file);
      // A command in a table is one as well.
      const others = own.reduce((rest, { code }) => rest.replace(code, ""), text);
      assert(others.includes(file), `${path} does nothing with ${file}`);
    }
  }
});
