import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { writeEncodingStandIn, writeJsrShape } from "../packaging/jsr_shape.ts";
import { Project } from "../kit/project.ts";
import { readConfig } from "../tools/package_config.ts";

const CONSUMER = `
import { main, type ExitStatus } from "@dagsterpipes/pipes/cli";
import { createTestPipes } from "@dagsterpipes/pipes/testing";
import {
  DagsterPipesError,
  MetadataValue,
  openDagsterPipes,
  type PipesContext,
  withDagsterPipes,
} from "@dagsterpipes/pipes";

interface Extras { threshold: number; }

const rows: number = await withDagsterPipes<number, Extras>({}, (pipes) => {
  const threshold: number = pipes.getExtra("threshold");
  pipes.reportAssetMaterialization({
    metadata: { threshold: MetadataValue.float(threshold), rows: 3n },
  });
  return 3;
});
const pipes: PipesContext = await openDagsterPipes();
pipes.log.info(String(rows));
const extra: unknown = pipes.getExtra("anything");
const end: ExitStatus = await main(["supervise", "--", "true"]);
pipes.log("code" in end ? String(end.code) : end.signal);
const t = createTestPipes({ assetKeys: ["orders"] });
const sum: number = await t.run((pipes) => pipes.retryNumber + 1);
const version: string | null = t.materialization("orders").dataVersion;
t.log(String([sum, version, t.signal.aborted, t.problems[0]?.code === "not_closed"]));
await pipes.close(extra instanceof DagsterPipesError ? extra.code : undefined);
`;

const WRONG = `
import { withDagsterPipes } from "@dagsterpipes/pipes";
await withDagsterPipes((pipes) => {
  pipes.reportAssetCheck({ checkName: "a", passed: "yes" });
  pipes.reportAssetMaterialization({ metadata: { rows: Promise.resolve(1) } });
  pipes.reportCustomMessage({ failed: [new Error("no rows")] });
});
`;

/** What may be reported and what may not, by its type. */
const REPORTED = Deno.readTextFileSync(new URL("reported_types.ts", import.meta.url));

/** How `tsc` finds a package, and the kinds of modules that go with it. */
const RESOLUTIONS = { node16: "node16", nodenext: "nodenext", bundler: "preserve" };

/** What a project may know of the language and of what is around it. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  es2022: ["ES2022"],
  "es2022-dom": ["ES2022", "DOM"],
  esnext: ["ESNext"],
  "esnext-dom": ["ESNext", "DOM"],
};

function writeConfig(
  project: Project,
  folder: string,
  compilerOptions: Readonly<Record<string, unknown>>,
): void {
  project.write(`${folder}/tsconfig.json`, {
    compilerOptions: {
      target: "ES2022",
      strict: true,
      noEmit: true,
      types: [],
      ...compilerOptions,
    },
    include: ["../*.ts"],
  });
}

/** What `tsc` says of the TypeScript programs in the project, by the configurations in folders of it. */
async function compile(
  project: Project,
  folders: readonly string[],
): Promise<{ code: number; printed: string }> {
  project.write("package.json", { private: true, type: "module" });
  const deno = [...runtimeCommand("deno"), "--quiet", `--config=${REPO_ROOT}/deno.json`];
  const compiler = [...deno, "npm:typescript@5.9/tsc", "--build", "--verbose"];
  const paths = folders.map((folder) => `${project.path}/${folder}`);
  const { code, stdout, stderr } = await run([...compiler, ...paths], { cwd: REPO_ROOT });
  const printed = stdout + stderr;
  for (const folder of folders) assertStringIncludes(printed, `${folder}/tsconfig.json`);
  return { code, printed: printed.split("\n").filter((line) => line.includes("error")).join("\n") };
}

const WIDE = {
  module: "nodenext",
  moduleResolution: "nodenext",
  lib: ["ES2022", "DOM", "ESNext.Disposable"],
};

/** Every entry point, in projects that know this of what is around them. */
async function compileEntries(
  project: Project,
  libraries: Readonly<Record<string, readonly string[]>>,
): Promise<{ code: number; printed: string }> {
  const names = Object.keys(readConfig().exports);
  project.write(
    "entries.ts",
    names.map((name, i) => `export * as entry${i} from "@dagsterpipes/pipes${name.slice(1)}";\n`)
      .join(""),
  );
  project.write("consumer.ts", CONSUMER);
  project.write("reported.ts", REPORTED);
  const folders: string[] = [];
  for (const [moduleResolution, module] of Object.entries(RESOLUTIONS)) {
    for (const [name, lib] of Object.entries(libraries)) {
      const folder = `${moduleResolution}-${name}`;
      folders.push(folder);
      writeConfig(project, folder, { module, moduleResolution, lib });
    }
  }
  return await compile(project, folders);
}

Deno.test("every entry point of dist/npm compiles with nothing else installed, whatever a project knows of the web and however it finds packages", async () => {
  using project = new Project();
  project.installBuild();
  assertEquals(await compileEntries(project, LIBRARIES), { code: 0, printed: "" });
});

Deno.test("what a project knows of the web's types is what the package gives it", async () => {
  using project = new Project();
  project.installBuild();
  project.write(
    "consumer.ts",
    `import { MetadataValue, openDagsterPipes } from "@dagsterpipes/pipes";
    await using pipes = await openDagsterPipes();
    const signal: AbortSignal = pipes.signal;
    MetadataValue.url(new URL("https://dagster.io"));
    setTimeout(() => signal.onabort, 1);`,
  );
  writeConfig(project, "dom", WIDE);
  assertEquals(await compile(project, ["dom"]), { code: 0, printed: "" });
});

Deno.test("a wrong call does not compile against dist/npm", async () => {
  using project = new Project();
  project.installBuild();
  project.write("consumer.ts", WRONG);
  writeConfig(project, "wide", WIDE);
  const { code, printed } = await compile(project, ["wide"]);
  assertEquals(code === 0, false);
  assertStringIncludes(printed, "'string' is not assignable to type 'boolean'");
  assertStringIncludes(printed, "a Promise: await it first");
  assertStringIncludes(
    printed,
    `'Error' is not assignable to type '"an Error: use its message"'`,
  );
});

Deno.test("every entry point of JSR's shape compiles in a project that knows nothing of the web", async () => {
  using project = new Project();
  writeJsrShape(project, "node_modules/@dagsterpipes/pipes");
  writeEncodingStandIn(project, "node_modules/@jsr/std__encoding");
  assertEquals(await compileEntries(project, { es2022: ["ES2022"] }), { code: 0, printed: "" });
});
