import { assert, assertEquals, assertRejects } from "@std/assert";
import { type PipesContext, withDagsterPipes } from "@dagsterpipes/pipes";
import { memorySession } from "../kit/memory_session.ts";
import { closedException, methodsOf } from "../kit/messages.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { STORES } from "../stores/real_stores.ts";

/** Checks that a call writes the message that is named after it. */
function writes(method: string, call: (pipes: PipesContext) => void): () => Promise<void> {
  return async () => {
    const { options, messages } = memorySession();
    await withDagsterPipes(options, call);
    assertEquals(methodsOf(messages()), ["opened", method, "closed"]);
  };
}

/** Checks that the tests with real Dagster run a script with a store, on each runtime. */
function isRun(...stores: readonly string[]): () => void {
  return () => {
    for (const store of stores) assert((STORES as readonly string[]).includes(store), store);
  };
}

const CHECKS: Readonly<Record<string, () => void | Promise<void>>> = {
  async "general.error_reporting"() {
    const { options, messages } = memorySession();
    const fails = (): never => {
      throw new TypeError("mine");
    };
    await assertRejects(() => withDagsterPipes(options, fails), TypeError);
    assertEquals(Deno.exitCode, 1);
    Deno.exitCode = 0;
    assertEquals(closedException(messages()).name, "TypeError");
  },
  "messages.log": writes("log", (pipes) => pipes.log("text")),
  "messages.report_custom_message": writes(
    "report_custom_message",
    (pipes) => pipes.reportCustomMessage({ rows: 3 }),
  ),
  "messages.report_asset_materialization": writes(
    "report_asset_materialization",
    (pipes) => pipes.reportAssetMaterialization(),
  ),
  "messages.report_asset_check": writes(
    "report_asset_check",
    (pipes) => pipes.reportAssetCheck({ checkName: "fresh", passed: true }),
  ),
  "messages.log_external_stream": writes(
    "log_external_stream",
    (pipes) => pipes.logExternalStream("stdout", "text"),
  ),
  "message_channel.s3": isRun("s3"),
  "message_channel.gcs": isRun("gcs"),
  "message_channel.azure": isRun("azure"),
  "message_channel.databricks": isRun("volumes", "dbfs"),
};

/** Returns the answers of the file, by section and name. */
function answersOfFile(): Map<string, string> {
  const answers = new Map<string, string>();
  let section = "";
  for (const line of Deno.readTextFileSync(`${REPO_ROOT}/pipes.toml`).split("\n")) {
    const [, head] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, name, value] = /^(\w+) = (\w+)$/.exec(line) ?? [];
    if (head !== undefined) section = head;
    if (name !== undefined && value !== undefined) answers.set(`${section}.${name}`, value);
  }
  return answers;
}

Deno.test("each line of pipes.toml has its test, and is true", () => {
  assertEquals([...answersOfFile()], Object.keys(CHECKS).map((name) => [name, "true"]));
});

for (const [name, check] of Object.entries(CHECKS)) {
  Deno.test(`pipes.toml is right: ${name}`, check);
}
