import { assertEquals, assertStringIncludes } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { jsrName, writeEncodingStandIn, writeJsrShape } from "./jsr_shape.ts";
import { Project } from "../kit/project.ts";

/** Installs the package under the name that programs import, as `npx jsr add` writes it. */
async function writeProject(project: Project): Promise<void> {
  writeJsrShape(project, "packages/pipes");
  writeEncodingStandIn(project, "packages/encoding");
  const tarballs: string[] = [];
  for (const name of ["pipes", "encoding"]) {
    const printed = await project.run(["npm", "pack", "--silent", `./packages/${name}`]);
    tarballs.push(`file:./${printed.trim()}`);
  }
  const [pipes, encoding] = tarballs;
  project.write("package.json", {
    private: true,
    type: "module",
    dependencies: { "@dagsterpipes/pipes": pipes, "@jsr/std__encoding": encoding },
    overrides: { "@jsr/std__encoding": encoding },
  });
  const quickstart = `${REPO_ROOT}/examples/quickstart.ts`;
  Deno.copyFileSync(quickstart, `${project.path}/quickstart.ts`);
}

async function runQuickstart(project: Project, command: readonly string[]): Promise<void> {
  const output = `${project.path}/orders.csv`;
  const env = project.pipesEnv({
    asset_keys: ["orders"],
    extras: { threshold: 1, output_path: output },
  });
  await project.run([...command, "quickstart.ts"], env);
  const messages = project.messages();
  assertEquals(messages.map(({ method }) => method), [
    "opened",
    "log",
    "log",
    "report_asset_materialization",
    "report_asset_check",
    "report_custom_message",
    "log",
    "closed",
  ]);
  assertEquals(messages.at(-1)?.params, {});
  assertEquals(Deno.readTextFileSync(output).split("\n").length, 5);
}

async function runWithBadContext(project: Project, command: readonly string[]): Promise<void> {
  const env = project.pipesEnv({ asset_keys: "orders" });
  project.write(
    "bad.ts",
    `import { openDagsterPipes } from "@dagsterpipes/pipes";
    try { await openDagsterPipes(); } catch (error) { console.log(error.code, error.message); }`,
  );
  const printed = await project.runFailing([...command, "bad.ts"], env);
  assertStringIncludes(printed, "context_invalid");
  assertStringIncludes(printed, "asset_keys must be an array of strings");
}

/** The launcher of the installed package, as a command that another follows. */
function launcher(project: Project, command: readonly string[]): string[] {
  const folder = `${project.path}/node_modules/@dagsterpipes/pipes`;
  const { exports } = JSON.parse(Deno.readTextFileSync(`${folder}/package.json`));
  const cli = exports["./cli"].default;
  return [...command, `${folder}/${cli}`, "supervise", "--", ...command];
}

Deno.test("JSR's shape, installed with npm, runs the quick start on Node, alone and under the launcher", async () => {
  using project = new Project();
  await writeProject(project);
  await project.run(["npm", "install", "--no-audit", "--no-fund"]);
  const name = `${project.path}/node_modules/@dagsterpipes/pipes/package.json`;
  const manifest = JSON.parse(Deno.readTextFileSync(name));
  assertEquals(manifest.name, jsrName("@dagsterpipes/pipes"));
  await runQuickstart(project, runtimeCommand("node26"));
  await runQuickstart(project, launcher(project, runtimeCommand("node26")));
  await runWithBadContext(project, runtimeCommand("node26"));
});

Deno.test("JSR's shape, installed with Bun, runs the quick start on Bun, alone and under the launcher", async () => {
  using project = new Project();
  await writeProject(project);
  const [bun = ""] = runtimeCommand("bun");
  await project.run([bun, "install"]);
  await runQuickstart(project, runtimeCommand("bun"));
  await runQuickstart(project, launcher(project, runtimeCommand("bun")));
  await runWithBadContext(project, runtimeCommand("bun"));
});
