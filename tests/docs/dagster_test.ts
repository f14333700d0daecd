/**
 * Runs what the documentation shows of Dagster's side, in Python, with the scripts of the same page,
 * in real Dagster.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { PythonProcess } from "../dagster/python_process.ts";
import { EXPECTED, type PageRun } from "./expected.ts";
import { type Page, PAGES } from "./pages.ts";
import { docsPath, DocsProject } from "./project.ts";

interface Answer {
  readonly blocks?: readonly (PageRun | null)[];
  readonly error?: string;
}

const pythonOf = (page: Page) => page.blocks.filter(({ language }) => language === "python");
const pages = PAGES.filter((page) => pythonOf(page).length > 0);

async function runPage(dagster: PythonProcess, page: Page): Promise<readonly (PageRun | null)[]> {
  using project = new DocsProject();
  project.writePage(page);
  const blocks = pythonOf(page).map(({ code }) => code);
  const request = JSON.stringify({ folder: project.path, path: docsPath(), blocks });
  const answer = await dagster.ask(new TextEncoder().encode(`${request}\n`)) as Answer;
  assert(answer.blocks !== undefined, answer.error);
  return answer.blocks;
}

Deno.test("what the documentation shows of Dagster's side works in real Dagster", async (t) => {
  const [dagster] = await PythonProcess.start("page.py");
  try {
    for (const page of pages) {
      await t.step(page.path, async () => {
        const expected = EXPECTED[page.path];
        assert(expected !== undefined, "nobody has said what the page's runs are to store");
        const runs = (await runPage(dagster, page)).filter((run) => run !== null);
        assertEquals(runs.length, expected.length, "runs of the page");
        for (const [index, check] of expected.entries()) check(runs[index]!);
      });
    }
  } finally {
    await dagster.close();
  }
});

Deno.test("each script of the documentation that has a name stands in a command of its page", () => {
  for (const { path, blocks } of PAGES) {
    const python = blocks.filter(({ language }) => language === "python" || language === "sh")
      .map(({ code }) => code).join("\n");
    for (const { file, language } of blocks) {
      if (file === undefined || language === "python") continue;
      assert(python.includes(file), `${path} does not run ${file}`);
    }
  }
});
