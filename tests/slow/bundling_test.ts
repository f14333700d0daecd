/**
 * Does what the page on bundling shows: each bundler, loader and compiler, on each runtime.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { BUNDLING_PAGE, only, page, section } from "../docs/pages.ts";
import { docsPath, DocsProject } from "../docs/project.ts";
import { type Ended, run } from "../kit/command.ts";
import { ALL_RUNTIMES, BUNDLERS_DIR, runtimeBinary, type RuntimeName } from "../kit/installed.ts";
import { closedException, logsOf, methodsOf } from "../kit/messages.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { installBundlers } from "../tools/install.ts";
import { copyForPublish, copyTree } from "../tools/publish_copy.ts";

/** The commands in the cells of a table's rows. */
function commandsOf(markdown: string): string[][][] {
  return [...markdown.matchAll(/^\| `.*\|$/gm)].map(([row]) =>
    row.split("|").slice(1, -1).map((cell) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, command = ""]) => command)
    )
  );
}

const { blocks, text } = page(BUNDLING_PAGE);
const BUNDLES = commandsOf(text.slice(0, text.indexOf("\n## "))).map(([made = [], runs = []]) => ({
  build: made.join(" "),
  runs,
}));
const LOADERS = commandsOf(section(BUNDLING_PAGE, "Loaders")).map(([run = [], needs = []]) => ({
  run: run.join(" "),
  isModule: needs.length > 0,
}));

/** Runs a command as a shell does, on a Node of one's choice. */
async function shell(
  { path }: Project,
  command: string,
  { node = "node26", env = {} }: { node?: RuntimeName; env?: Readonly<Record<string, string>> } =
    {},
): Promise<Ended> {
  const ofNode = runtimeBinary(node).replace(/\/node$/, "");
  const PATH = `${path}/node_modules/.bin:${ofNode}:${docsPath()}`;
  return await run(["bash", "-euc", command], {
    cwd: path,
    env: { ...env, PATH, NO_COLOR: "1", NODE_NO_WARNINGS: "1" },
  });
}

/** A project with the page's scripts, also as JavaScript: they have no types. */
function bundlingProject(type: "module" | undefined): DocsProject {
  const project = new DocsProject(BUNDLERS_DIR);
  project.write("package.json", type === undefined ? {} : { type });
  project.copyBuild();
  project.writePage(page(BUNDLING_PAGE));
  for (const name of ["orders", "job"]) {
    copyTree(`${project.path}/${name}.ts`, `${project.path}/${name}.js`);
  }
  return project;
}

async function build(project: Project, command: string): Promise<void> {
  const { code, stdout, stderr } = await shell(project, command);
  assertEquals(code, 0, stdout + stderr);
}

/** What is made, in a folder where nothing else can help it. */
function deployed({ path }: Project): Project {
  const project = new Project();
  copyTree(`${path}/out`, `${project.path}/out`);
  for (const { name } of Deno.readDirSync(`${path}/out`)) {
    // What is compiled is to run.
    if (!name.includes(".")) Deno.chmodSync(`${project.path}/out/${name}`, 0o755);
  }
  project.write("package.json", { type: "module" });
  return project;
}

/** The Nodes that a command is tried on, or one where it needs none. */
function nodesOf(command: string, isLoader = false): readonly RuntimeName[] {
  const needsNode = isLoader || command.startsWith("node ");
  return needsNode ? ALL_RUNTIMES.filter((name) => name.startsWith("node")) : ["node26"];
}

/** Checks that a script does under Dagster what it has to do. */
async function assertWorks(project: Project, command: string, node: RuntimeName): Promise<void> {
  const where = `${command} on ${node}: `;
  const session = async (fields: Readonly<Record<string, unknown>>) => {
    const ended = await shell(project, command, { node, env: project.pipesEnv(fields) });
    return { ...ended, messages: project.messages() };
  };

  const well = await session({});
  assertEquals(well.code, 0, where + well.stderr);
  assertEquals(
    methodsOf(well.messages),
    ["opened", "log", "report_asset_materialization", "closed"],
    where,
  );
  assertEquals(logsOf(well.messages), ["Left out: 1"], where);
  assertEquals(well.messages.at(-1)?.params, {}, where);
  const { metadata } = well.messages[2]!.params;
  assertStringIncludes(JSON.stringify(metadata), '"rows":{"raw_value":"#1"', where);

  const thrown = await session({ extras: { threshold: 100 } });
  assertEquals(thrown.code, 1, where + thrown.stderr);
  assertEquals(closedException(thrown.messages).message, "RangeError: No order is left", where);

  const wrong = await session({ asset_keys: ["orders", 5], retry_number: "often" });
  assertEquals(wrong.code, 1, where + wrong.stderr);
  assertMatch(
    closedException(wrong.messages).message,
    /asset_keys\.1 must be a string, got the number 5; retry_number must be a number, got/,
    where,
  );
}

Deno.test("the page on bundling begins with a line of its table", () => {
  const first = blocks.find(({ language }) => language === "sh")?.code.trim();
  assertEquals(first, `npx ${BUNDLES[0]?.build}`);
  assert(BUNDLES.length >= 12 && LOADERS.length >= 6);
});

for (const { build: command, runs } of BUNDLES) {
  Deno.test(`a script works under Dagster that is made by: ${command}`, async () => {
    await installBundlers();
    using project = bundlingProject("module");
    await build(project, command);
    using elsewhere = deployed(project);
    assert(runs.length > 0);
    for (const run of runs) {
      for (const node of nodesOf(run)) await assertWorks(elsewhere, run, node);
    }
  });
}

for (const { run, isModule } of LOADERS) {
  Deno.test(`a script works under Dagster that is run by: ${run}`, async () => {
    await installBundlers();
    using project = bundlingProject(isModule ? "module" : undefined);
    for (const node of nodesOf(run, true)) await assertWorks(project, run, node);
  });
}

Deno.test("a script works under Dagster that deno bundle makes with the package from JSR", async () => {
  using project = new Project();
  copyForPublish(project.path, REPO_ROOT);
  project.write("orders.ts", blocks.find(({ file }) => file === "orders.ts")!.code);
  await build(project, "deno bundle -o out/orders.js orders.ts");
  using elsewhere = deployed(project);
  await assertWorks(elsewhere, "deno run -A out/orders.js", "node26");
});

Deno.test("the launcher works that is compiled into one file", async () => {
  await installBundlers();
  using project = bundlingProject(undefined);
  await build(project, only(section(BUNDLING_PAGE, "The launcher in one file"), "sh"));
  using elsewhere = deployed(project);
  const env = elsewhere.pipesEnv({});
  const { stdout } = await shell(
    elsewhere,
    "out/dagsterpipes supervise -- sh -c 'echo printed; kill -9 $$' || true",
    { env },
  );
  assertEquals(stdout, "printed\n");
  assertMatch(closedException(elsewhere.messages()).message, /ended with signal SIGKILL/);
});

Deno.test("a bundle that has the command line in it is the command", async () => {
  await installBundlers();
  using project = bundlingProject("module");
  project.write(
    "own.js",
    'import { main } from "@dagsterpipes/pipes/cli"; console.log("never", main);',
  );
  await build(
    project,
    "esbuild own.js --bundle --platform=node --format=esm --outfile=out/own.js",
  );
  const { code, stdout, stderr } = await shell(project, "node out/own.js");
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "Usage: dagsterpipes");
});

Deno.test("a script that rollup inlines the package behind tells of that in place of waiting for ever", async () => {
  await installBundlers();
  using project = bundlingProject("module");
  await build(
    project,
    "rollup orders.js -p @rollup/plugin-node-resolve -f es --inlineDynamicImports -o out/orders.js",
  );
  const env = project.pipesEnv({});
  const { code } = await shell(project, "node out/orders.js", { env });
  assertEquals(code, 1);
  assertMatch(closedException(project.messages()).message, /Cannot load a part of/);
});
