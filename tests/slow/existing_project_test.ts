/**
 * Follows the page for projects of `dg`, step by step, in a project such as `create-dagster` makes.
 *
 * @module
 */
import { assert, assertMatch } from "@std/assert";
import { DAGSTER_YAML } from "../kit/dagster_yaml.ts";
import { dgBin } from "../kit/installed.ts";
import { Project } from "../kit/project.ts";
import { NpmRegistry } from "../packaging/npm_registry.ts";
import { EXAMPLE_PROJECT } from "../tools/example_project.ts";
import { blocksOf, EXISTING_PROJECT_PAGE, page, section } from "../docs/pages.ts";
import { docsPath } from "../docs/project.ts";

const PACKAGE = "src/my_project";

/** The files of a new project. */
function newProject(): Project {
  const project = new Project();
  const read = (path: string) => Deno.readTextFileSync(`${EXAMPLE_PROJECT}/${path}`);
  project.write("pyproject.toml", read("pyproject.toml").replaceAll("orders", "my_project"));
  project.write(`${PACKAGE}/definitions.py`, read("src/orders/definitions.py"));
  project.write(`${PACKAGE}/__init__.py`, "");
  project.write(`${PACKAGE}/defs/__init__.py`, "");
  project.write("home/dagster.yaml", `nux:\n  enabled: false\n${DAGSTER_YAML}`);
  return project;
}

/** Writes the files of a part of the page into a folder. */
function writeFiles(project: Project, folder: string, heading: string, names: RegExp): void {
  const files = blocksOf(section(EXISTING_PROJECT_PAGE, heading))
    .filter(({ file }) => file !== undefined && names.test(file));
  assert(files.length > 0, heading);
  for (const { file, code } of files) project.write(`${PACKAGE}/defs/${folder}${file}`, code);
}

Deno.test("an existing project gets scripts by the steps of its page", async (t) => {
  await using registry = await NpmRegistry.start();
  using project = newProject();
  const env = {
    ...registry.env,
    PATH: `${dgBin()}:${docsPath()}`,
    PYTHONPATH: `${project.path}/src`,
    PYTHONDONTWRITEBYTECODE: "1",
    DAGSTER_HOME: `${project.path}/home`,
    DAGSTER_DISABLE_TELEMETRY: "1",
    NO_COLOR: "1",
  };
  const shell = (code: string) => project.run(["bash", "-euc", `{ ${code.trim()}\n} 2>&1`], env);

  let printed = "";
  const steps = page(EXISTING_PROJECT_PAGE).blocks.filter(({ language }) => language === "sh");
  for (const { code, line } of steps) {
    await t.step(`the commands at line ${line}`, async () => {
      printed = await shell(code);
    });
  }
  await t.step("the new script makes its asset", () => {
    assertMatch(printed, /All definitions loaded successfully/);
    assertMatch(printed, /Materialized value prices/);
  });
  await t.step("the definitions of the page work together", async () => {
    writeFiles(project, "prices/", "4. Connect it", /^(?:defs\.yaml|prices\.ts)$/);
    writeFiles(project, "", "4. Connect it", /^report\.py$/);
    writeFiles(project, "", "Without the component", /^weather\./);
    const log = await shell("dg check defs && dg launch --assets orders,prices,report,weather");
    for (const asset of ["orders", "prices", "report", "weather"]) {
      assertMatch(log, new RegExp(`Materialized value ${asset}`));
    }
    assertMatch(log, /Prices in EUR/);
  });
});
