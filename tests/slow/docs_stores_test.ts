/**
 * Runs what the page on stores shows: the scripts by the stores' own clients, and Dagster's side by
 * its own injectors and readers, with stand-ins for the stores.
 *
 * @module
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { existsSync } from "@std/fs";
import { runWell } from "../kit/command.ts";
import { freePort } from "../kit/free_port.ts";
import { environmentBin, runtimeCommand, storesPython } from "../kit/installed.ts";
import { azureConnection, RealStores } from "../stores/real_stores.ts";
import { installStores } from "../tools/install.ts";
import { PageRunner } from "../docs/page_runs.ts";
import { only, page, section, STORES_PAGE } from "../docs/pages.ts";
import { docsPath, DocsProject, fileOf } from "../docs/project.ts";
import { shell } from "../docs/registries.ts";

const { blocks, text } = page(STORES_PAGE);
const scripts = blocks.filter(({ language }) => language === "ts");
const definitions = blocks.filter(({ language }) => language === "python");

/** A project with the page's scripts. */
function storesProject(): DocsProject {
  const project = new DocsProject();
  project.writePage(page(STORES_PAGE));
  return project;
}

Deno.test("the scripts of the page on stores compile, and run without Dagster", async () => {
  await installStores();
  using project = storesProject();
  await project.checkTypes(scripts.map(fileOf));
  for (const script of scripts) {
    await project.run([...runtimeCommand("node26"), fileOf(script)]);
  }
});

Deno.test("what the page on stores shows of Dagster's side gets all from each store", async () => {
  await using stores = await RealStores.start();
  const { s3, gcs, azure } = stores.urls;
  const env = {
    AWS_ENDPOINT_URL_S3: s3,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    STORAGE_EMULATOR_HOST: gcs,
    GOOGLE_CLOUD_PROJECT: "test",
    AZURE_STORAGE_CONNECTION_STRING: azureConnection(azure),
  };
  assertEquals(definitions.length, 3);
  // Who answers has made the buckets.
  await stores.run({ store: "volumes", runtime: "deno", script: ["report"] });
  const s3Code = definitions[0]!.code;
  const [, launched = ""] = /`(\["node_modules[^`]*"supervise"[^`]*\])`/.exec(text) ?? [];
  assertStringIncludes(launched, "transport.ts");
  const underLauncher = s3Code.replace('["node", "s3.ts"]', launched);
  assert(underLauncher !== s3Code);
  // At the same time, for most of it is waiting for the readers.
  await Promise.all([...definitions.map(({ code }) => code), underLauncher].map(async (code) => {
    using project = storesProject();
    const dagster = await PageRunner.start(storesPython());
    try {
      const [run] = await dagster.run(project, [code], env);
      const stored = run?.materializations.map(({ metadata }) => metadata.rows?.repr);
      assertEquals(stored, ["IntMetadataValue(value=3)"], JSON.stringify(run, null, 2));
    } finally {
      await dagster.close();
    }
  }));
});

Deno.test("S3 works on this machine by the lines of the page", async () => {
  await installStores();
  using project = storesProject();
  const port = String(freePort());
  const lines: string[] = [];
  for (
    const line of only(section(STORES_PAGE, "Try S3 on this machine"), "sh").trim().split("\n")
  ) {
    const [, packages] = /^(?:pip|npm) install (.*)$/.exec(line) ?? [];
    if (packages === undefined) {
      if (!line.startsWith("npm ")) lines.push(line.replaceAll("5000", port));
    } else if (line.startsWith("pip")) {
      const names = packages.replaceAll('"', "").split(" ").map((name) => name.split("[")[0]!);
      await runWell([storesPython(), "-m", "pip", "show", ...names]);
    } else {
      for (const name of packages.split(" ")) {
        assert(existsSync(`${project.path}/node_modules/${name}`), name);
      }
    }
  }
  const PATH = `${environmentBin("stores")}:${docsPath()}`;
  const printed = await shell(project, `trap 'kill $!' EXIT\n${lines.join("\n")}`, { PATH });
  assertStringIncludes(printed, "ASSET_MATERIALIZATION");
  assertStringIncludes(printed, "RUN_SUCCESS");
});
