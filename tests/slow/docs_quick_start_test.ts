/**
 * Follows the quick starts line by line, in an empty folder, with the package as it is published:
 * from registries of this machine instead of JSR and npm.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { Project } from "../kit/project.ts";
import { TempFolder } from "../kit/temp_folder.ts";
import { only, page, section } from "../docs/pages.ts";
import { DocsProject } from "../docs/project.ts";
import { installLine, shell, withRegistries } from "../docs/registries.ts";

const RUNTIMES = ["Deno", "Bun", "Node"] as const;

/** The command of the README for a runtime, as Python writes it. */
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
      if (runtime === "Node") {
        const [, setType = ""] = /`(npm pkg set [^`]+)`/.exec(text) ?? [];
        await shell(project, `npm init -y\n${setType}`, env[runtime]!);
      }
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
      if (runtime !== "Node") return;
      const [, withoutDagster = ""] = /`(npx [^`]+ -- [^`]+)`/.exec(text) ?? [];
      const shown = await shell(project, withoutDagster, { ...env[runtime], NO_COLOR: "1" });
      assertStringIncludes(shown, "check            not_empty of orders: passed");
      assertStringIncludes(shown, "Dagster would report success");
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

/** Scripts with an error, and what each runtime prints. */
const STUMBLES: readonly (readonly [script: string, printed: readonly string[]])[] = [
  [
    `await withDagsterPipes((pipes) => pipes.log.warn("odd"));`,
    ["pipes.log.warn is not a function"],
  ],
  [
    `openDagsterPipes().log.info("hello");`,
    ["Cannot read properties of undefined (reading 'info')", "undefined is not an object"],
  ],
  [
    `await withDagsterPipes((pipes) => pipes.reportCustomMessage(Promise.resolve(1)));`,
    ["got a Promise: await it first"],
  ],
  [
    `await withDagsterPipes((pipes) => void setTimeout(() => pipes.log.info("late"), 10));`,
    ["the session with Dagster is closed"],
  ],
];

/** The first column of the table of errors. */
const seen = [...section("docs/quick-start.md", "Troubleshooting").matchAll(/^\|(.+?)\|/gm)]
  .map(([, cell]) => cell).join();

for (const runtime of ["deno", "bun", "node26"] as const satisfies readonly RuntimeName[]) {
  Deno.test(`${runtime}: an error is in the words of the quick start`, async () => {
    using project = new DocsProject();
    for (const [script, printed] of STUMBLES) {
      for (const words of printed) assertStringIncludes(seen, words);
      project.write(
        "orders.ts",
        `import { openDagsterPipes, withDagsterPipes } from "@dagsterpipes/pipes";
void openDagsterPipes, withDagsterPipes;
${script}\n`,
      );
      const command = [...runtimeCommand(runtime), "orders.ts"];
      const { code, stderr } = await run(command, { cwd: project.path });
      assertEquals(code, 1, script);
      assert(printed.some((words) => stderr.includes(words)), stderr);
    }
  });

  Deno.test(`${runtime}: a package that is not installed is an error in the words of the quick start`, async () => {
    using folder = new TempFolder();
    folder.write("package.json", { type: "module" });
    folder.write("orders.ts", 'import "@dagsterpipes/pipes";\n');
    // By default, Bun looks for it on npm.
    const options = runtime === "bun" ? ["--no-install"] : [];
    const command = [...runtimeCommand(runtime), ...options, "orders.ts"];
    const { stderr } = await run(command, { cwd: folder.path });
    const words = [
      "Cannot find package '@dagsterpipes/pipes'",
      "Cannot find module",
      "not a dependency",
    ];
    for (const word of words) assertStringIncludes(seen, word);
    assert(words.some((word) => stderr.includes(word)), stderr);
  });
}

Deno.test("the types find the errors of the quick start before a run", async () => {
  using project = new DocsProject();
  const wrong = {
    "Did you mean to write 'captureConsole'":
      `withDagsterPipes({ captureConsol: true }, () => {});`,
    "Did you forget to use 'await'": `openDagsterPipes().log.info("hello");`,
    "Type 'string' is not assignable to type 'boolean'":
      `withDagsterPipes((pipes) => pipes.reportAssetCheck({ checkName: "c", passed: "yes" }));`,
  };
  project.copyBuild();
  for (const [error, code] of Object.entries(wrong)) {
    const imports = 'import { openDagsterPipes, withDagsterPipes } from "@dagsterpipes/pipes";';
    project.write("orders.ts", `${imports}\n${code}\n`);
    const { code: exitCode, stderr } = await run([Deno.execPath(), "check", "orders.ts"], {
      cwd: project.path,
      env: { NO_COLOR: "1" },
    });
    assertEquals(exitCode, 1);
    assertStringIncludes(stderr, error);
  }
});

const MODULE = "const rows: number = 1;\nconsole.log(rows);\n";

/** Every Node of the tests. */
const NODES = ["node22", "node24", "node26"] as const satisfies readonly RuntimeName[];

for (const runtime of NODES) {
  Deno.test(`${runtime} runs a .ts file as a module under the conditions of the quick start`, async () => {
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

  Deno.test(`${runtime} requires the package as on the page on CommonJS`, async () => {
    using project = new DocsProject();
    project.writePage(page("docs/commonjs.md"));
    for (const script of ["orders.cjs", "older.cjs"]) {
      await project.run([...runtimeCommand(runtime), script], project.pipesEnv({}));
      const methods = project.messages().map(({ method }) => method);
      assertEquals(methods, ["opened", "report_asset_materialization", "closed"], script);
    }
  });
}
