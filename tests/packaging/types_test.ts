import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../kit/command.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { writeEncodingStandIn, writeJsrShape } from "./jsr_shape.ts";
import { Project } from "../kit/project.ts";

const CONSUMER = `
import { main, type SuperviseResult } from "@dagsterpipes/pipes/cli";
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
const end: SuperviseResult = await main(["supervise", "--", "true"]);
pipes.log("code" in end ? String(end.code) : end.signal);
await pipes.close(extra instanceof DagsterPipesError ? extra.code : undefined);
`;

const WRONG = `
import { withDagsterPipes } from "@dagsterpipes/pipes";
await withDagsterPipes((pipes) => {
  pipes.reportAssetCheck({ checkName: "a", passed: "yes" });
});
`;

/** What the plain TypeScript compiler says of a program in the project. */
async function compile(project: Project, text: string): Promise<{ code: number; printed: string }> {
  project.write("consumer.ts", text);
  project.write("package.json", { private: true, type: "module" });
  project.write("tsconfig.json", {
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2022", "DOM", "ESNext.Disposable"],
      module: "NodeNext",
      moduleResolution: "NodeNext",
      strict: true,
      noEmit: true,
      types: [],
    },
    files: ["consumer.ts"],
  });
  const deno = [...runtimeCommand("deno"), "--quiet", `--config=${REPO_ROOT}/deno.json`];
  const compiler = [...deno, "npm:typescript@5.9/tsc", "--project", project.path];
  const { code, stdout, stderr } = await run(compiler, { cwd: REPO_ROOT });
  return { code, printed: stdout + stderr };
}

Deno.test("a TypeScript program compiles against dist/npm with nothing else installed", async () => {
  using project = new Project();
  project.installBuild();
  assertEquals(await compile(project, CONSUMER), { code: 0, printed: "" });
});

Deno.test("a wrong call does not compile against dist/npm", async () => {
  using project = new Project();
  project.installBuild();
  const { code, printed } = await compile(project, WRONG);
  assertEquals(code === 0, false);
  assertStringIncludes(printed, "'string' is not assignable to type 'boolean'");
});

Deno.test("a TypeScript program compiles against JSR's shape", async () => {
  using project = new Project();
  writeJsrShape(project, "node_modules/@dagsterpipes/pipes");
  writeEncodingStandIn(project, "node_modules/@jsr/std__encoding");
  assertEquals(await compile(project, CONSUMER), { code: 0, printed: "" });
});
