import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { existsSync } from "@std/fs";
import { dirname } from "node:path";
import * as source from "@dagsterpipes/pipes";
import { resolveModule } from "../tools/emit.ts";
import { readConfig } from "../tools/package_config.ts";
import { copyTree } from "../tools/publish_copy.ts";
import { run } from "../kit/command.ts";
import { ALL_RUNTIMES, runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";

const DIST = `${REPO_ROOT}/dist/npm`;
const others = ALL_RUNTIMES.filter((name) => name !== "deno");

/** Copies the build alone, so that nothing around the repository can help it. */
function copyBuild(to: string): void {
  copyTree(DIST, to);
}

for (const runtime of others) {
  Deno.test(`${runtime}: dist/npm needs no install step and exports what mod.ts does`, async () => {
    using project = new Project();
    copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
    project.write(
      "names.mjs",
      `import * as pipes from "@dagsterpipes/pipes";
      console.log(JSON.stringify(Object.keys(pipes)));`,
    );
    const printed = await project.run([...runtimeCommand(runtime), "names.mjs"]);
    const names = new Set(JSON.parse(printed));
    assertEquals(Object.keys(source).filter((name) => !names.has(name)), []);
  });

  Deno.test(`${runtime}: every entry point of dist/npm has the same classes`, async () => {
    using project = new Project();
    copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
    const names = Object.keys(readConfig().exports).map((name) =>
      `@dagsterpipes/pipes${name.slice(1)}`
    );
    project.write(
      "same.mjs",
      `import { DagsterPipesError } from "@dagsterpipes/pipes";
      import { main } from "@dagsterpipes/pipes/cli";
      for (const name of ${JSON.stringify(names)}) {
        const module = await import(name);
        console.log((module.DagsterPipesError ?? DagsterPipesError) === DagsterPipesError);
      }
      await main(["nothing"]).catch((error) => console.log(error instanceof DagsterPipesError));`,
    );
    const printed = await project.run([...runtimeCommand(runtime), "same.mjs"]);
    assertEquals(printed, "true\n".repeat(names.length + 1));
  });
}

for (const runtime of others) {
  Deno.test(`${runtime}: dist/npm explains a bad context field by field`, async () => {
    using project = new Project();
    copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
    project.write(
      "open.mjs",
      `import { openDagsterPipes } from "@dagsterpipes/pipes";
      try { await openDagsterPipes(); } catch (error) { console.log(error.message); }`,
    );
    const env = project.pipesEnv({ asset_keys: ["a", 5], retry_number: "often" });
    const printed = await project.runFailing([...runtimeCommand(runtime), "open.mjs"], env);
    assertStringIncludes(
      printed,
      "asset_keys.1 must be a string, got the number 5; " +
        'retry_number must be a number, got the string "often"',
    );
  });
}

Deno.test("dist/npm says in package.json what Node and npm have to know", () => {
  const config = readConfig();
  const manifest = JSON.parse(Deno.readTextFileSync(`${DIST}/package.json`));
  assertEquals(manifest.name, config.name);
  assertEquals(manifest.version, config.version);
  assertEquals(manifest.license, "Apache-2.0");
  assertEquals(manifest.type, "module");
  assertEquals(manifest.engines, { node: ">=22.3" });
  assertEquals(manifest.dependencies, undefined);
  assertEquals(manifest.bin, { dagsterpipes: "src/cli/main.js" });
  const { "./package.json": itself, ...exports } = manifest.exports;
  assertEquals(itself, "./package.json");
  assertEquals(Object.keys(exports), Object.keys(config.exports));
  const targets = Object.values<Record<string, string>>(exports).flatMap(
    (conditions) => {
      assertEquals(Object.keys(conditions), ["types", "default"]);
      return Object.values(conditions);
    },
  );
  for (const target of [...targets, manifest.types]) {
    assert(Deno.statSync(`${DIST}/${target}`).isFile, target);
  }
  for (const name of ["README.md", "LICENSE", "CHANGELOG.md"]) {
    assert(Deno.statSync(`${DIST}/${name}`).size > 0, name);
  }
});

Deno.test("dist/npm has code of others only from the packages that it credits", () => {
  const text = readBuilt("THIRD_PARTY_LICENSES");
  assertStringIncludes(text, "MIT License");
  const credited = [...text.matchAll(/^(\S+): Copyright/gm)].map(([, name]) => name);
  const sources = [...filesEnding(/\.js\.map$/)].flatMap((path) =>
    JSON.parse(readBuilt(path)).sources.map((source: string) => resolveModule(path, source))
  );
  assert(sources.includes("src/errors.ts"));
  const strangers = new Set(sources.filter((path) => !existsSync(`${REPO_ROOT}/${path}`)));
  assertEquals([...strangers], credited);
});

Deno.test("the files of dist/npm are ASCII, except for pages and pictures", () => {
  const files = [...filesEnding(/(?<!\.md|\.png)$/)];
  assert(files.length > 50);
  assertEquals(files.filter((path) => /[^\0-\x7f]/.test(readBuilt(path))), []);
});

for (const runtime of others) {
  Deno.test(`${runtime}: dist/npm prints what is not ASCII as it is`, async () => {
    const cli = [...runtimeCommand(runtime), `${DIST}/src/cli/main.js`];
    const text = `text=${"\u00e9\u{1f600}\u00e9".repeat(300)}`;
    const args = ["report", "materialization", "--asset", "a", "--metadata", text];
    const { stdout } = await run([...cli, ...args], { env: { NO_COLOR: "1" } });
    // The ellipsis is of the package, the other characters are of the user.
    assertMatch(
      stdout,
      /text {2}(?:\u00e9\u{1f600}\u00e9)+\u00e9?\u{1f600}?\u2026 \(\d+ characters\)\n$/u,
    );
  });
}

/** The files of the build with an ending, by their paths in it. */
function* filesEnding(ending: RegExp, folder = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${DIST}/${folder}`)) {
    if (isDirectory) yield* filesEnding(ending, `${folder}${name}/`);
    else if (ending.test(name)) yield folder + name;
  }
}

function readBuilt(path: string): string {
  return Deno.readTextFileSync(`${DIST}/${path}`);
}

Deno.test("the files of dist/npm have the names of the modules that they are made for", () => {
  const files = [...filesEnding(/\.js$/)];
  for (const path of ["mod.js", "src/session/start.js", "src/cli/main.js"]) {
    assert(files.includes(path), path);
  }
  const strangers = files.map((path) => path.replace(/\.js$/, ".ts"))
    .filter((path) => !existsSync(`${REPO_ROOT}/${path}`));
  assertEquals(strangers, []);
});

Deno.test("no line of code in dist/npm is too long to be read in a stack trace", () => {
  for (const path of filesEnding(/\.js$/)) {
    const lines = readBuilt(path).split("\n").filter((line) => !/^(import|export) \{/.test(line));
    assertEquals(lines.filter((line) => line.length > 300), [], path);
  }
});

Deno.test("each file of dist/npm has a source map with the source as it is in the repository", () => {
  const files = [...filesEnding(/\.js$/)];
  assert(files.length > 10);
  const names = new Set<string>();
  for (const file of files) {
    assertStringIncludes(readBuilt(file), `//# sourceMappingURL=${file.split("/").at(-1)}.map\n`);
    const { sources, sourcesContent } = JSON.parse(readBuilt(`${file}.map`));
    for (const [i, source] of sources.entries()) {
      const name = new URL(source, `file:///${file}`).pathname.slice(1);
      names.add(name);
      if (name.startsWith("@std/") || name === "valibot") continue;
      assertEquals(sourcesContent[i], Deno.readTextFileSync(`${REPO_ROOT}/${name}`), name);
    }
  }
  assert(names.has("src/session/open.ts"), [...names].join(", "));
});

Deno.test("nothing in dist/npm tells of the machine that built it", () => {
  const places = [
    REPO_ROOT,
    Deno.env.get("HOME"),
    Deno.execPath(),
    Deno.env.get("TMPDIR"),
    "/.cache",
  ]
    .filter((place) => place !== undefined && place !== "/");
  const files = [...filesEnding(/\.(js|map|json|d\.ts)$/)];
  for (const file of files) {
    const text = readBuilt(file);
    assertEquals(places.filter((place) => text.includes(place!)), [], file);
  }
});

for (const [runtime, flags] of [["bun", []], ["node26", ["--enable-source-maps"]]] as const) {
  Deno.test(`${runtime}: the stack of an error leads to the line of the source`, async () => {
    using project = new Project();
    copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
    project.write(
      "throws.mjs",
      `import { PipesMappingParamsLoader } from "@dagsterpipes/pipes";
      try { new PipesMappingParamsLoader(5); } catch (error) { console.log(error.stack); }`,
    );
    const printed = await project.run([...runtimeCommand(runtime), ...flags, "throws.mjs"]);
    const [, path = "", line = ""] = /(src\/\S+?\.ts):(\d+)/.exec(printed) ?? [];
    const source = Deno.readTextFileSync(`${REPO_ROOT}/${path}`).split("\n");
    assertStringIncludes(source[Number(line) - 1] ?? "", "throw new DagsterPipesError", printed);
  });
}

Deno.test("Bun need not compile dist/npm, and what it bundles runs on any runtime", async () => {
  for (const file of filesEnding(/\.js$/)) {
    assertMatch(readBuilt(file), /^(#!\/usr\/bin\/env node\n)?\/\/ @bun\n/, file);
  }
  using project = new Project();
  copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
  project.write(
    "script.mjs",
    'import { withDagsterPipes } from "@dagsterpipes/pipes"; await withDagsterPipes(() => {});',
  );
  const [bun = ""] = runtimeCommand("bun");
  await project.run([bun, "build", "script.mjs", "--target=bun", "--outfile=bundle.mjs"]);
  Deno.removeSync(`${project.path}/node_modules`, { recursive: true });
  for (const runtime of ALL_RUNTIMES) {
    const env = project.pipesEnv({});
    await project.run([...runtimeCommand(runtime), "bundle.mjs"], env);
    assertEquals(project.messages().map(({ method }) => method), ["opened", "closed"], runtime);
  }
});

Deno.test("the package installed from its tarball has the command dagsterpipes", async () => {
  using project = new Project();
  const npm = async (...args: string[]): Promise<string> => {
    const [node = ""] = runtimeCommand("node26");
    const path = `${dirname(node)}:${Deno.env.get("PATH")}`;
    return await project.run(["npm", ...args], { PATH: path });
  };
  project.write("package.json", { private: true });
  const tarball = await npm("pack", "--silent", DIST);
  await npm("install", "--no-audit", "--no-fund", "--silent", `./${tarball.trim()}`);
  const printed = await npm("exec", "--offline", "--", "dagsterpipes", "--help");
  assertStringIncludes(printed, "supervise");
});

Deno.test("a Node that is too old says first of all which one is needed, and is told by its name", async () => {
  using project = new Project();
  copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
  const [node = ""] = runtimeCommand("node20");
  const message = /Cannot run on Node 20\.[\d.]+: Dagster Pipes needs Node 22\.3 or later\n$/;
  project.write(
    "old.mjs",
    `import { withDagsterPipes } from "@dagsterpipes/pipes";
    await withDagsterPipes(() => {}).catch((error) => console.log(error.code, error.message));`,
  );
  for (const env of [{}, project.pipesEnv({})]) {
    assertMatch(await project.runFailing([node, "old.mjs"], env), message);
  }
  const command = [node, "node_modules/@dagsterpipes/pipes/src/cli/main.js", "supervise"];
  const { code, stderr } = await run([...command, "--", "true"], { cwd: project.path });
  assertEquals(code, 1);
  assertMatch(stderr, message);
});
