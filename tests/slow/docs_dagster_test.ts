/**
 * Runs the Python of the documentation with the scripts of the same page, in real Dagster; and checks
 * what the documentation states about Dagster without showing it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { CLAIMS } from "../docs/claims.ts";
import { EXPECTED } from "../docs/expected.ts";
import { PageRunner } from "../docs/page_runs.ts";
import {
  EXISTING_PROJECT_PAGE,
  PAGES,
  RUNNING_PAGE,
  SERVERS_PAGE,
  STORES_PAGE,
} from "../docs/pages.ts";
import { DocsProject } from "../docs/project.ts";
import { needsService, pythonFiles } from "../docs/python_files.ts";
import { surroundingsOf } from "../docs/surroundings.ts";

/** Pages whose Python other tests run. */
const OTHERS: readonly string[] = [
  EXISTING_PROJECT_PAGE,
  RUNNING_PAGE,
  SERVERS_PAGE,
  STORES_PAGE,
];

/** Everything that an asset of a claim is defined with. */
const ALL_DEFINITIONS = `
_values = list(globals().values())
defs = dg.Definitions(
    assets=[value for value in _values if type(value) is dg.AssetsDefinition],
    asset_checks=[value for value in _values if type(value) is dg.AssetChecksDefinition],
)`;

Deno.test("the code of the documentation does in real Dagster what its page states", async (t) => {
  const dagster = await PageRunner.start();
  try {
    for (const page of PAGES) {
      const files = pythonFiles(page).map(({ file }) => file).filter((file) => !needsService(file));
      if (files.length === 0 || OTHERS.includes(page.path)) continue;
      await t.step(`the code of ${page.path}`, async () => {
        using project = new DocsProject();
        project.writePage(page);
        await using surroundings = await surroundingsOf(page.path);
        const runs = await dagster.run(project, files, surroundings.variables);
        const expected = EXPECTED[page.path] ?? {};
        for (const name of Object.keys(expected)) {
          assert(runs.some((run) => run.name === name), `no run of "${name}" on the page`);
        }
        for (const run of runs) {
          const check = expected[run.name];
          if (check !== undefined) check(run);
          else assert(run.success, JSON.stringify([run.name, run.failures, run.engineErrors]));
        }
      });
    }
    for (const { states, python, script, check } of CLAIMS) {
      await t.step(states, async () => {
        using project = new DocsProject();
        project.write("script.ts", script);
        const code = `import dagster as dg\n\n\n${python}\n${ALL_DEFINITIONS}\n`;
        const [run] = await dagster.run(project, [code]);
        check(run!);
      });
    }
  } finally {
    await dagster.close();
  }
});

Deno.test("every page with expectations exists", () => {
  const paths = PAGES.map(({ path }) => path);
  assertEquals(Object.keys(EXPECTED).filter((path) => !paths.includes(path)), []);
});

Deno.test("each script of the documentation that has a name is run or imported on its page", () => {
  for (const { path, text, blocks } of PAGES) {
    for (const { file, language } of blocks) {
      if (file === undefined || !["ts", "js", "sh"].includes(language)) continue;
      const own = blocks.filter((block) => block.file === file);
      // A command in a table is one as well.
      const others = own.reduce((rest, { code }) => rest.replace(code, ""), text);
      assert(others.includes(file), `${path} does nothing with ${file}`);
    }
  }
});
