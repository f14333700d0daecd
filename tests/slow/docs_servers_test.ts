/**
 * Runs the servers that the page on servers shows.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { contextWith } from "../kit/context.ts";
import { freePort } from "../kit/free_port.ts";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { messagesOf, methodsOf } from "../kit/messages.ts";
import { pipesEnv } from "../kit/params.ts";
import { PageRunner } from "../docs/page_runs.ts";
import { page, SERVERS_PAGE } from "../docs/pages.ts";
import { docsPath, DocsProject, fileOf } from "../docs/project.ts";

const RUNTIMES = ["deno", "bun", "node26"] as const satisfies readonly RuntimeName[];

const { blocks } = page(SERVERS_PAGE);

/** How often to try to connect to a server that starts. */
const MAX_CONNECTS = 200;

/** The port that the page has. */
const PORT = "8080";

/** A project with what the page shows, on a free port. */
function serverProject(): { readonly project: DocsProject; readonly port: string } {
  const project = new DocsProject();
  const port = String(freePort());
  project.writePage(page(SERVERS_PAGE));
  project.write("server.ts", project.read("server.ts").replaceAll(PORT, port));
  return { project, port };
}

/** Dagster's two variables for a step, and the messages of its session. */
function step(project: DocsProject, name: string) {
  project.write(`${name}/context`, contextWith({ asset_keys: [name] }));
  project.write(`${name}/messages`, "");
  const path = `${project.path}/${name}`;
  return {
    params: pipesEnv({ path: `${path}/context` }, { path: `${path}/messages` }),
    methods: () => methodsOf(messagesOf(project.read(`${name}/messages`))),
  };
}

const REPORTED = ["opened", "report_asset_materialization", "closed"];

/** Waits until a server listens. */
async function connected(port: string): Promise<void> {
  for (let attempt = 1;; attempt++) {
    try {
      using _connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      return;
    } catch (error) {
      if (attempt === MAX_CONNECTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: the server of the page runs steps at the same time, and for Dagster`, async () => {
    const { project: files, port } = serverProject();
    using project = files;
    const [program = "", ...args] = [...runtimeCommand(runtime), "server.ts"];
    await using server = new Deno.Command(program, {
      args,
      cwd: project.path,
      env: { PATH: docsPath() },
      stdout: "null",
    }).spawn();
    await connected(port);
    const steps = ["one", "two"].map((name) => step(project, name));
    const statuses = await Promise.all(steps.map(async ({ params }) => {
      const body = JSON.stringify(params);
      const response = await fetch(`http://127.0.0.1:${port}/orders`, { method: "POST", body });
      await response.body?.cancel();
      return response.status;
    }));
    assertEquals(statuses, [200, 200]);
    for (const { methods } of steps) assertEquals(methods(), REPORTED);

    const python = blocks.find(({ language }) => language === "python")!;
    const definitions = [python.code.replaceAll(PORT, port)];
    const dagster = await PageRunner.start();
    try {
      const [good] = await dagster.run(project, definitions);
      assertEquals(good?.materializations[0]?.metadata.rows?.repr, "IntMetadataValue(value=120)");
      project.write("orders.ts", 'throw new Error("broken");');
      const [bad] = await dagster.run(project, definitions);
      assertEquals(bad?.success, false);
    } finally {
      await dagster.close();
      server.kill();
    }
  });

  Deno.test(`${runtime}: one process runs steps one after the other as the page shows`, async () => {
    const block = blocks.find(({ code }) => code.includes("export function runStep"))!;
    using project = new DocsProject();
    project.write("steps.ts", block.code);
    const steps = ["one", "two"].map((name) => step(project, name));
    project.write(
      "all.ts",
      `import process from "node:process";
import { runStep } from "./steps.ts";
await Promise.all(JSON.parse(process.argv[2] ?? "[]").map(runStep));
`,
    );
    const params = JSON.stringify(steps.map(({ params }) => params));
    await project.run([...runtimeCommand(runtime), "all.ts", params]);
    for (const { methods } of steps) assertEquals(methods(), REPORTED);
  });

  Deno.test(`${runtime}: a worker posts to the main thread what it reports, as the page shows`, async () => {
    const block = blocks.find(({ code }) => code.includes("isMainThread"))!;
    using project = new DocsProject();
    project.write(fileOf(block), block.code);
    await project.run([...runtimeCommand(runtime), fileOf(block)], project.pipesEnv({}));
    assertEquals(methodsOf(project.messages()), REPORTED);
  });
}

Deno.test("a session that a warm Lambda leaves open is in the way of the next one, as the page says", async () => {
  using project = new DocsProject();
  const steps = ["one", "two"].map((name) => step(project, name));
  project.write(
    "left.ts",
    `import process from "node:process";
import { openDagsterPipes, PipesMappingParamsLoader } from "@dagsterpipes/pipes";
const [first, second] = JSON.parse(process.argv[2] ?? "[]");
const open = (params: Record<string, unknown>) =>
  openDagsterPipes({ paramsLoader: new PipesMappingParamsLoader(params) });
const pipes = await open(first);
console.log(await open(second).then(() => "opened", (error) => error.code));
await pipes.close();
`,
  );
  const params = JSON.stringify(steps.map(({ params }) => params));
  const printed = await project.run([...runtimeCommand("node26"), "left.ts", params]).catch(String);
  assertEquals(printed.includes("options_conflict"), true, printed);
});
