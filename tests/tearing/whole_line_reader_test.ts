import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { run } from "../kit/command.ts";
import { dagsterPython } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";

/** The log messages that Dagster got of a step. */
async function runStep(reader: "own" | "whole"): Promise<readonly string[]> {
  const command = [dagsterPython(), `${REPO_ROOT}/tests/tearing/halves.py`, reader];
  const { stdout, stderr } = await run(command, { env: { PYTHONDONTWRITEBYTECODE: "1" } });
  const result = stdout.match(/^RESULT (.*)$/m)?.[1];
  if (result === undefined) throw new Error(stderr);
  return JSON.parse(result);
}

Deno.test("Dagster's own file reader dies of half a line", async () => {
  const messages = await runStep("own");
  assertEquals(messages.includes("in halves"), false);
  assertMatch(messages.join("\n"), /did not receive/);
});

Deno.test("the reader of the example waits for whole lines, and loses nothing", async () => {
  const messages = await runStep("whole");
  assertEquals(messages.includes("in halves"), true);
  assertNotMatch(messages.join("\n"), /did not receive/);
});
