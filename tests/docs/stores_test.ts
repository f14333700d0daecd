/**
 * Runs what the page on stores shows: the scripts by the stores' own clients, and Dagster's side by
 * its own injectors and readers, with stand-ins for the stores.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { runtimeCommand, STORE_CLIENTS_DIR, storesPython } from "../kit/installed.ts";
import { azureConnection, RealStores } from "../stores/real_stores.ts";
import { installStores } from "../tools/install.ts";
import { PageRunner } from "./page_runs.ts";
import { page, STORES_PAGE } from "./pages.ts";
import { DocsProject, fileOf } from "./project.ts";

const { blocks } = page(STORES_PAGE);
const scripts = blocks.filter(({ language }) => language === "ts");
const definitions = blocks.filter(({ language }) => language === "python");

/** A project with the page's scripts, and the official clients. */
function storesProject(): DocsProject {
  const project = new DocsProject();
  for (const scope of ["@aws-sdk", "@azure", "@google-cloud"]) {
    Deno.symlinkSync(`${STORE_CLIENTS_DIR}/${scope}`, `${project.path}/node_modules/${scope}`);
  }
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
  // At the same time, for most of it is waiting for the readers.
  await Promise.all(definitions.map(async ({ code }) => {
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
