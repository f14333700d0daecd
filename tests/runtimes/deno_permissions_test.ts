import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { dirname } from "node:path";
import { runtimeCommand } from "../kit/installed.ts";
import { launch, type Outcome } from "../kit/launch.ts";
import { assertOneSession, messagesOf } from "../kit/messages.ts";
import { TempFolder } from "../kit/temp_folder.ts";

const ENV = "--allow-env=DAGSTER_PIPES_CONTEXT,DAGSTER_PIPES_MESSAGES";

/** Runs with just the permissions given, where nobody can be asked for more. */
async function withPermissions(
  flags: readonly string[],
  folder: TempFolder,
  program = "minimal.ts",
  args: readonly string[] = [],
): Promise<Outcome> {
  const [deno = ""] = runtimeCommand("deno");
  return await launch("deno", program, {
    command: [deno, "run", "--no-prompt", ...flags],
    folder,
    args,
  });
}

Deno.test("deno: two variables, the context file and the messages file are all the permissions needed", async () => {
  using folder = TempFolder.likeDagsters();
  const outcome = await withPermissions(
    [ENV, `--allow-read=${folder.path}/context`, `--allow-write=${folder.path}/messages`],
    folder,
  );
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
  assertOneSession(messagesOf(outcome.raw));
});

Deno.test("deno: capturing console needs no further permission", async () => {
  using folder = TempFolder.likeDagsters();
  const outcome = await withPermissions(
    [ENV, `--allow-read=${folder.path}/context`, `--allow-write=${folder.path}/messages`],
    folder,
    "console.ts",
    ["tables"],
  );
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
  assertEquals(messagesOf(outcome.raw).filter(({ method }) => method === "log").length, 3);
});

Deno.test("deno: a missing permission is named with its flag, and following the advice is enough", async () => {
  using folder = TempFolder.likeDagsters();
  const lasting = dirname(folder.path);
  const flags = [ENV, `--allow-read=${lasting}`, `--allow-write=${lasting}`];
  for (const missing of flags) {
    const outcome = await withPermissions(flags.filter((flag) => flag !== missing), folder);
    assert(outcome.code !== 0, `exit code 0 without ${missing}`);
    assertMatch(outcome.stderr, /DagsterPipesError/);
    assertMatch(outcome.stderr, new RegExp(`${missing}(?![\\w/,])`), `${missing} is not named`);
  }
  const outcome = await withPermissions(flags, folder);
  assertEquals([outcome.code, outcome.stderr], [0, ""]);
});

Deno.test("deno: of the two variables, each one that may not be read is an error with the flag for both", async () => {
  using folder = TempFolder.likeDagsters();
  for (const allowed of ["DAGSTER_PIPES_CONTEXT", "DAGSTER_PIPES_MESSAGES"]) {
    const flags = [`--allow-env=${allowed}`, "--allow-read", "--allow-write"];
    const outcome = await withPermissions(flags, folder);
    assert(outcome.code !== 0);
    assertStringIncludes(outcome.stderr, ENV);
  }
});

Deno.test("deno: a folder of the user's own is named as it is", async () => {
  using folder = new TempFolder();
  const outcome = await withPermissions([ENV, `--allow-write=${folder.path}`], folder);
  assert(outcome.code !== 0);
  assertMatch(outcome.stderr, new RegExp(`--allow-read=${folder.path}(?![\\w/])`));
});
