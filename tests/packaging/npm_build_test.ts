import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as source from "@dagsterpipes/pipes";
import { readConfig } from "../tools/build_npm.ts";
import { copyTree } from "../tools/publish_copy.ts";
import { runtimeCommand, RUNTIMES } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { inProject } from "../kit/project.ts";

const DIST = `${REPO_ROOT}/dist/npm`;
const others = RUNTIMES.filter((name) => name !== "deno");

/** Copies the build alone, so that nothing around the repository can help it. */
function copyBuild(to: string): void {
  copyTree(DIST, to);
}

for (const runtime of others) {
  Deno.test(`${runtime}: dist/npm/mod.js needs no install step and exports what mod.ts does`, async () => {
    await inProject(async (project) => {
      copyBuild(`${project.path}/pipes`);
      project.write(
        "names.mjs",
        `import * as pipes from "./pipes/mod.js";
        console.log(JSON.stringify(Object.keys(pipes).sort()));`,
      );
      const printed = await project.run([...runtimeCommand(runtime), "names.mjs"]);
      assertEquals(JSON.parse(printed), Object.keys(source).sort());
    });
  });
}

for (const [runtime, folder] of [["bun", "bun/"], ["node22", ""]] as const) {
  Deno.test(`${runtime}: the package's entry point has the names of mod.js, and is the same module`, async () => {
    await inProject(async (project) => {
      copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
      project.write(
        "same.mjs",
        `import * as entry from "@dagsterpipes/pipes";
        import * as mod from "./node_modules/@dagsterpipes/pipes/${folder}mod.js";
        const names = Object.keys(mod);
        console.log(names.length, names.filter((name) => mod[name] !== entry[name]));`,
      );
      const printed = await project.run([...runtimeCommand(runtime), "same.mjs"]);
      assertEquals(printed.trim(), `${Object.keys(source).length} []`);
    });
  });
}

for (const runtime of others) {
  Deno.test(`${runtime}: dist/npm explains a bad context field by field`, async () => {
    await inProject(async (project) => {
      copyBuild(`${project.path}/node_modules/@dagsterpipes/pipes`);
      project.write(
        "open.mjs",
        `import { openDagsterPipes } from "@dagsterpipes/pipes";
        try { await openDagsterPipes(); } catch (error) { console.log(error.message); }`,
      );
      const env = project.pipesEnv({ asset_keys: ["a", 5], retry_number: "often" });
      const printed = await project.run([...runtimeCommand(runtime), "open.mjs"], env);
      assertStringIncludes(
        printed,
        "asset_keys.1 must be a string, got the number 5; " +
          'retry_number must be a number, got the string "often"',
      );
    });
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
  const { "./package.json": itself, ...exports } = manifest.exports;
  assertEquals(itself, "./package.json");
  assertEquals(Object.keys(exports), Object.keys(config.exports));
  const targets = Object.values<Record<string, string>>(exports).flatMap(
    (conditions) => {
      assertEquals(Object.keys(conditions), ["types", "bun", "default"]);
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

Deno.test("dist/npm has the licences of the code of others that is in it", () => {
  const text = Deno.readTextFileSync(`${DIST}/THIRD_PARTY_LICENSES`);
  for (const name of ["valibot", "@std/encoding", "MIT License"]) {
    assertStringIncludes(text, name);
  }
});

Deno.test("the source maps of dist/npm name the source alone, and nothing of the machine that built it", () => {
  const folder = new URL(`file://${DIST}/bun/`);
  const names: string[] = [];
  const look = (place: URL): void => {
    for (const { name, isDirectory } of Deno.readDirSync(place)) {
      if (isDirectory) look(new URL(`${name}/`, place));
      if (!name.endsWith(".map")) continue;
      const url = new URL(name, place);
      const { sources } = JSON.parse(Deno.readTextFileSync(url));
      for (const source of sources) {
        names.push(new URL(source, url).href.replace(folder.href, ""));
      }
    }
  };
  look(folder);
  assert(names.includes("src/session/open.ts"), names.join(", "));
  assertEquals(names.filter((name) => !/^(src\/)?([\w]+\/)*[\w.-]+$/.test(name)), []);
});

Deno.test("a Node that is too old is told so, and which one is not", async () => {
  await inProject(async (project) => {
    copyBuild(`${project.path}/pipes`);
    project.write(
      "old.mjs",
      `import { withDagsterPipes } from "./pipes/mod.js";
      delete Object.getPrototypeOf(process).getBuiltinModule;
      delete process.getBuiltinModule;
      await withDagsterPipes(() => {}).catch((error) => console.log(error.code, error.message));`,
    );
    const printed = await project.run([...runtimeCommand("node22"), "old.mjs"]);
    assertMatch(
      printed,
      /^unsupported Cannot run on Node 22\.[\d.]+: Dagster Pipes needs Node 22\.3 or later\n$/,
    );
  });
});
