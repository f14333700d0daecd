/**
 * Loads the Python of every page in real Dagster, as it stands: with nothing added but the files of
 * the page, and the libraries of Dagster that a page may install.
 *
 * @module
 */
import { assert } from "@std/assert";
import { storesPython } from "../kit/installed.ts";
import { installStores } from "../tools/install.ts";
import { PageRunner } from "./page_runs.ts";
import { PAGES } from "./pages.ts";
import { DocsProject } from "./project.ts";
import { pythonFiles } from "./python_files.ts";

/** What a shell has in which a store's client finds its account. */
const ACCOUNTS = {
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_REGION: "us-east-1",
  AWS_DEFAULT_REGION: "us-east-1",
  STORAGE_EMULATOR_HOST: "http://127.0.0.1:1",
  GOOGLE_CLOUD_PROJECT: "test",
  AZURE_STORAGE_CONNECTION_STRING:
    "DefaultEndpointsProtocol=http;AccountName=test;AccountKey=dGVzdA==;BlobEndpoint=http://127.0.0.1:1/test;",
};

Deno.test("every definitions.py of the documentation loads as it stands", async (t) => {
  await installStores();
  const dagster = await PageRunner.start(storesPython());
  let count = 0;
  try {
    for (const page of PAGES) {
      for (const { line, file } of pythonFiles(page)) {
        await t.step(`${file.name} at ${page.path}:${line}`, async () => {
          using project = new DocsProject();
          project.writePage(page);
          await dagster.load(project, [file], ACCOUNTS);
        });
        count++;
      }
    }
  } finally {
    await dagster.close();
  }
  assert(count >= 30, `${count} files`);
});
