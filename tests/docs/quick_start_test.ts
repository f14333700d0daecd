/**
 * Does what the quick starts say, line by line, in an empty folder, with the package as it is
 * published: by a registry of this machine in the place of JSR and npm.
 *
 * @module
 */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { Project } from "../kit/project.ts";
import { only, page, section } from "./pages.ts";
import { DocsProject } from "./project.ts";
import { installLine, shell, withRegistries } from "./registries.ts";

const RUNTIMES = ["Deno", "Bun", "Node"] as const;

/** The command that the README gives for a runtime, as it stands in Python. */
function readmeCommand(text: string, runtime: string): string {
  const [, command] = new RegExp(`[Oo]n ${runtime}(?: the command is)? \`(\\[.*?\\])\``, "s")
    .exec(text) ?? [];
  return command ?? '["deno", "run", "-A", "orders.ts"]';
}

Deno.test("the README's quick start works line by line on each runtime", async () => {
  const text = section("README.md", "Quick start");
  const commands = RUNTIMES.map((runtime) => readmeCommand(text, runtime));
  assertEquals(new Set(commands).size, 3);
  await withRegistries(async (env) => {
    await Promise.all(RUNTIMES.map(async (runtime, index) => {
      using project = new Project();
      await shell(project, installLine(runtime), env[runtime]!);
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
