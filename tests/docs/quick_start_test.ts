/**
 * Does what the quick starts say, line by line, in an empty folder, with the package as it is
 * published: by a registry of this machine in the place of JSR and npm.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { JsrRegistry } from "../packaging/jsr_registry.ts";
import { NpmRegistry } from "../packaging/npm_registry.ts";
import { run } from "../kit/command.ts";
import { environmentBin, runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { Project } from "../kit/project.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { blocksOf, page } from "./pages.ts";
import { docsPath, DocsProject } from "./project.ts";

const RUNTIMES = ["Deno", "Bun", "Node"] as const;

type Env = Readonly<Record<string, string>>;

/** Gives a test the registries: the environment that a user's shell would have, by runtime. */
async function withRegistries(fn: (env: Readonly<Record<string, Env>>) => Promise<void>) {
  await using jsr = await JsrRegistry.start();
  await using npm = await NpmRegistry.start();
  using home = new TempFolder();
  const env = {
    PATH: `${environmentBin("dagster")}:${docsPath()}`,
    HOME: home.path,
    DAGSTER_DISABLE_TELEMETRY: "1",
  };
  // From npm itself, Deno takes what the package from JSR needs of it.
  const others = { ...npm.env, ...env };
  await fn({ Deno: { ...jsr.env, ...env }, Bun: others, Node: others });
}

/** Where Dagster captures what a step prints, the end of it may be lost on the way to the shell. */
const DAGSTER_YAML = `compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
`;

/** Runs lines of a shell, each of which has to end well, and gives back all that was printed. */
async function shell(project: Project, code: string, env: Env): Promise<string> {
  project.write(".dagster/dagster.yaml", DAGSTER_YAML);
  const command = ["bash", "-euc", `{ ${code.trim()}\n} 2>&1`];
  return await project.run(command, { ...env, DAGSTER_HOME: `${project.path}/.dagster` });
}

/** The part of a page below a heading of the second level. */
function section(path: string, heading: string): string {
  const [, text] = page(path).text.split(`\n## ${heading}\n`);
  assert(text !== undefined, `${path} has no part ${heading}`);
  return text.split(/^## /m)[0]!;
}

function only(text: string, language: string): string {
  const found = blocksOf(text).filter((block) => block.language === language);
  assertEquals(found.length, 1, `${language} in ${text}`);
  return found[0]!.code;
}

/** The command that the README gives for a runtime, as it stands in Python. */
function readmeCommand(text: string, runtime: string): string {
  const [, command] = new RegExp(`[Oo]n ${runtime}(?: the command is)? \`(\\[.*?\\])\``, "s")
    .exec(text) ?? [];
  return command ?? '["deno", "run", "-A", "orders.ts"]';
}

Deno.test("the README's quick start works line by line on each runtime", async () => {
  const installs = only(section("README.md", "Install"), "sh").trim().split("\n");
  const text = section("README.md", "Quick start");
  const commands = RUNTIMES.map((runtime) => readmeCommand(text, runtime));
  assertEquals(new Set(commands).size, 3);
  await withRegistries(async (env) => {
    await Promise.all(RUNTIMES.map(async (runtime, index) => {
      using project = new Project();
      const install = installs.find((line) => line.includes(`# ${runtime}`));
      await shell(project, install!, env[runtime]!);
      project.write("orders.ts", only(text, "ts"));
      const definitions = only(text, "python");
      assertStringIncludes(definitions, commands[0]!);
      project.write("definitions.py", definitions.replace(commands[0]!, commands[index]!));
      const printed = await shell(project, only(text, "sh"), env[runtime]!);
      for (const event of ["ASSET_MATERIALIZATION", "ASSET_CHECK_EVALUATION", "RUN_SUCCESS"]) {
        assertStringIncludes(printed, event, runtime);
      }
      assertStringIncludes(printed, "Kept 1 of 2 orders");
    }));
  });
});

Deno.test("each runtime's quick start works line by line", async () => {
  const path = "docs/quick-start.md";
  const [script] = page(path).blocks;
  await withRegistries(async (env) => {
    await Promise.all(RUNTIMES.map(async (runtime) => {
      using project = new Project();
      const text = section(path, runtime);
      project.write("orders.ts", script!.code);
      project.write("definitions.py", only(text, "python"));
      const printed = await shell(project, only(text, "sh"), env[runtime]!);
      assertStringIncludes(printed, "Not running under Dagster Pipes", runtime);
      assertStringIncludes(printed, "ASSET_MATERIALIZATION", runtime);
      assertStringIncludes(printed, "RUN_SUCCESS", runtime);
    }));
  });
});

const MODULE = "const rows: number = 1;\nconsole.log(rows);\n";

/** Every Node; each is in the tables of the quick start and of CommonJS. */
const NODES = ["node22", "node24", "node26"] as const satisfies readonly RuntimeName[];

for (const runtime of NODES) {
  Deno.test(`${runtime} takes a .ts file for a module as the quick start says`, async () => {
    using project = new DocsProject();
    const start = async (...args: string[]) =>
      await run([...runtimeCommand(runtime), ...args], { cwd: project.path });
    project.write("orders.ts", `import "node:fs";\n${MODULE}`);
    project.write("orders.mts", `import "node:fs";\n${MODULE}`);
    project.write("package.json", { type: "commonjs" });
    const { code, stderr } = await start("orders.ts");
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Cannot use import statement outside a module");
    assertEquals((await start("orders.mts")).code, 0);
    project.write("package.json", { type: "module" });
    assertEquals((await start("orders.ts")).code, 0);
    const untyped = await start("--no-experimental-strip-types", "orders.ts"); // as an older one
    assertStringIncludes(untyped.stderr, 'Unknown file extension ".ts"');
    assertEquals((await start("--import", "tsx", "orders.ts")).code, 0);
  });

  Deno.test(`${runtime} requires the package as the page on CommonJS says`, async () => {
    using project = new DocsProject();
    project.writePage(page("docs/commonjs.md"));
    for (const script of ["orders.cjs", "older.cjs"]) {
      await project.run([...runtimeCommand(runtime), script], project.pipesEnv({}));
      const methods = project.messages().map(({ method }) => method);
      assertEquals(methods, ["opened", "report_asset_materialization", "closed"], script);
    }
  });
}
