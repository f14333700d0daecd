/**
 * Builds the images that the page on containers shows, and runs what the documentation shows of
 * Docker, Kubernetes and Lambda: Dagster's own clients, with stand-ins for the platforms.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runtimeCommand, storesPython } from "../kit/installed.ts";
import { PROGRAMS_DIR, REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { installStores } from "../tools/install.ts";
import { type PageRun, PageRunner } from "../docs/page_runs.ts";
import {
  type CodeBlock,
  CONTAINERS_PAGE,
  needsPlatform,
  only,
  page,
  PAGES,
  section,
} from "../docs/pages.ts";
import { DocsProject, fileOf } from "../docs/project.ts";
import { installLine, shell, withRegistries } from "../docs/registries.ts";

type Env = Readonly<Record<string, string>>;

/** What a container starts, and where. */
interface Image {
  readonly folder: string;
  readonly command: readonly string[];
  readonly env: Env;
}

const STAND_INS = Deno.readTextFileSync(`${REPO_ROOT}/tests/docs/python/platforms.py`);

const { blocks, text } = page(CONTAINERS_PAGE);

/** The user's folder: the script, and what an install leaves beside it. */
async function userFolder(runtime: string, env: Env): Promise<Project> {
  const project = new Project();
  if (runtime === "Node") project.write("package.json", { type: "module" });
  await shell(project, installLine(runtime), env);
  project.write("orders.ts", blocks.find(({ file }) => file === "orders.ts")!.code);
  return project;
}

/** Does what a Dockerfile does, in a folder instead of an image. */
async function build(dockerfile: string, user: Project, into: Project, env: Env): Promise<Image> {
  let command: string[] | undefined;
  for (const line of dockerfile.trim().split("\n")) {
    const [, instruction = "", rest = ""] = /^(#|[A-Z]+) (.*)$/.exec(line) ?? [];
    if (instruction === "COPY") {
      const files = rest.split(" ");
      assertEquals(files.pop(), "./");
      for (const file of files) Deno.copyFileSync(`${user.path}/${file}`, `${into.path}/${file}`);
    } else if (instruction === "RUN") {
      await shell(into, rest, env);
    } else if (instruction === "CMD") {
      command = JSON.parse(rest);
    } else {
      assert(["#", "FROM", "USER", "WORKDIR"].includes(instruction), line);
    }
  }
  assert(command !== undefined, "The Dockerfile has no CMD");
  return { folder: into.path, command, env };
}

/** Runs Python for a platform. */
async function runPlatform(python: readonly CodeBlock[], env: Env): Promise<readonly PageRun[]> {
  await installStores();
  using project = new DocsProject();
  const dagster = await PageRunner.start(storesPython());
  try {
    const variables = { STORES_PYTHON: `${REPO_ROOT}/tests/stores/python`, ...env };
    return await dagster.run(project, [
      { name: "platforms.py", code: STAND_INS },
      ...python.map(({ code }) => code),
    ], variables);
  } finally {
    await dagster.close();
  }
}

/** Checks that each run has stored the rows that the script reports. */
function assertRows(runs: readonly PageRun[], count: number, name: string): void {
  const rows = runs.map(({ materializations: [one] }) => one?.metadata.rows?.repr);
  const wanted = Array.from({ length: count }, () => "IntMetadataValue(value=2)");
  assertEquals(rows, wanted, `${name}: ${JSON.stringify(runs, null, 2)}`);
}

for (const runtime of ["Deno", "Bun", "Node"] as const) {
  Deno.test(`an image of the page for ${runtime} reports from Docker and from Kubernetes`, async () => {
    const dockerfile = only(section(CONTAINERS_PAGE, `A Dockerfile for ${runtime}`), "dockerfile");
    const python = blocks.filter(({ language }) => language === "python");
    await withRegistries(async (envs) => {
      const env = envs[runtime]!;
      using user = await userFolder(runtime, env);
      using folder = new Project();
      const image = await build(dockerfile, user, folder, env);
      const images = [image];
      if (runtime === "Node") {
        const [, supervised = ""] = /`CMD (\[.*?\])`/.exec(text) ?? [];
        images.push({ ...image, command: JSON.parse(supervised) });
      }
      for (const image of images) {
        const IMAGES = JSON.stringify({ "orders": image, "registry.example.com/orders:1": image });
        const runs = await runPlatform(python, { IMAGES });
        assertRows(runs, 2, image.command.join(" "));
      }
    });
  });
}

Deno.test("the Lambda function of the page reports to Dagster's client for Lambda", async () => {
  const { blocks } = page("docs/transports.md");
  const handler = blocks.find(({ code }) => code.includes("export async function handler"))!;
  using project = new DocsProject();
  project.write(fileOf(handler), handler.code);
  const module = `${project.path}/${fileOf(handler)}`;
  const command = [...runtimeCommand("node26"), `${PROGRAMS_DIR}/lambda/runtime.ts`, module];
  const runs = await runPlatform(blocks.filter(needsPlatform), { LAMBDA: JSON.stringify(command) });
  assertRows(runs, 1, "Lambda");
});

Deno.test("each page whose Python needs a platform is tested here", () => {
  const paths = PAGES.filter(({ blocks }) => blocks.some(needsPlatform)).map(({ path }) => path);
  assertEquals(paths, [CONTAINERS_PAGE, "docs/transports.md"]);
});
