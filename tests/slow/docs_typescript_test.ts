/**
 * Runs the commands of the workflows on the page on TypeScript and CI, in a project with its files.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DAGSTER_YAML } from "../kit/dagster_yaml.ts";
import { run } from "../kit/command.ts";
import { environmentBin, PACKAGES_DIR, runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { page, TYPESCRIPT_PAGE } from "../docs/pages.ts";
import { docsPath, DocsProject } from "../docs/project.ts";

/** Commands that only install, which the project of the test has done. */
const INSTALLS = ["npm ci", "pip install dagster", "bun install --frozen-lockfile"];

const { blocks } = page(TYPESCRIPT_PAGE);
const commands = blocks.filter(({ language }) => language === "yaml").flatMap(({ code }) =>
  [...code.matchAll(/^ *- run: (.+)$/gm)].map(([, command = ""]) => command)
);
const isCompiler = (command: string) => / --package typescript tsc$/.test(command);

function ciProject(): DocsProject {
  const project = new DocsProject(PACKAGES_DIR);
  project.copyBuild();
  project.writePage(page(TYPESCRIPT_PAGE));
  project.write("home/dagster.yaml", DAGSTER_YAML);
  return project;
}

Deno.test("every command of the workflows works in a project with the files of the page", async () => {
  const left = commands.filter((command) => !INSTALLS.includes(command) && !isCompiler(command));
  assertEquals(left, [
    "node --test",
    "dagster definitions validate -f definitions.py",
    "dagster asset materialize -f definitions.py --select orders",
    "deno check *.ts",
    "deno test -A",
    "bun test",
  ]);
  using project = ciProject();
  const env = {
    PATH: `${environmentBin("dagster")}:${docsPath()}`,
    DAGSTER_HOME: `${project.path}/home`,
    DAGSTER_DISABLE_TELEMETRY: "1",
    NO_COLOR: "1",
  };
  for (const command of left) {
    const { code, stdout, stderr } = await run(["bash", "-euc", command], {
      cwd: project.path,
      env,
    });
    const printed = stdout + stderr;
    assertEquals(code, 0, `${command}:\n${printed}`);
    if (command.includes(" materialize ")) assertStringIncludes(printed, "RUN_SUCCESS");
    if (/ test| --test/.test(command)) {
      assert(/\b1 pass|\bpass 1\b|1 passed/.test(printed), printed);
    }
  }
});

/** Compiles the project by its `tsconfig.json`, and returns the exit code and what was printed. */
async function compile(project: DocsProject): Promise<[code: number, printed: string]> {
  const deno = [...runtimeCommand("deno"), "--quiet", `--config=${REPO_ROOT}/deno.json`];
  const command = [...deno, "npm:typescript@5.9/tsc", "--project", project.path];
  const { code, stdout, stderr } = await run(command, { cwd: REPO_ROOT });
  return [code, stdout + stderr];
}

Deno.test("tsc accepts the scripts of the page by its tsconfig.json, and finds what it has to", async () => {
  assert(commands.some(isCompiler));
  using project = ciProject();
  assertEquals(await compile(project), [0, ""]);
  project.write(
    "wrong.ts",
    `import { openDagsterPipes } from "@dagsterpipes/pipes";
enum Level { Low }
await using pipes = await openDagsterPipes();
pipes.reportAssetCheck({ checkName: "c", passed: "yes" });
`,
  );
  const [code, printed] = await compile(project);
  assert(code !== 0);
  assertStringIncludes(printed, "erasableSyntaxOnly");
  assertStringIncludes(printed, "'string' is not assignable to type 'boolean'");
  assertEquals(printed.match(/error TS/g)?.length, 2, printed);
});
