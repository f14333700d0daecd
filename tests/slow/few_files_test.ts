/**
 * What a session and a launcher say where they may open too few files.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { run } from "../kit/command.ts";
import { ALL_RUNTIMES, runtimeCommand } from "../kit/installed.ts";
import { launcherCommand } from "../kit/launcher.ts";
import { assertOneSession, closedException } from "../kit/messages.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";

/** A command whose processes may have no more files open than that. */
function limited(limit: number, ...command: readonly string[]): string[] {
  return ["sh", "-c", `ulimit -n ${limit}; exec "$@"`, "sh", ...command];
}

/** Opens a session where only so many files may still be opened. */
const WITH_FEW_FILES = `
  import { withDagsterPipes } from "${REPO_ROOT}/dist/npm/mod.js";
  import { closeSync, openSync } from "node:fs";
  import process from "node:process";
  const held = [];
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    for (const descriptor of held.splice(0, Number(process.env.FREE))) closeSync(descriptor);
  }
  await withDagsterPipes((pipes) => pipes.log("works"));
`;

/** Ever more files that may still be opened, from none on. */
const FREE = [0, 1, 2, 3, 4, 5, 6];

/** What came of a process: its messages are whole, and it failed where they tell that it did. */
async function endOf(
  project: Project,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<"unopened" | "told" | "well"> {
  const { code, stderr } = await run(command, {
    cwd: project.path,
    env: { ...project.pipesEnv({}), TMPDIR: project.path, ...env },
  });
  const messages = project.messages();
  if (messages.length === 0) {
    assert(code !== 0, stderr);
    return "unopened";
  }
  assertOneSession(messages);
  if (code === 0) return "well";
  assertMatch(
    closedException(messages).message,
    /^DagsterPipesError: Cannot .+(the limit on open files$|may open more files \(ulimit -n\))/,
  );
  return "told";
}

for (const runtime of ALL_RUNTIMES) {
  Deno.test(`${runtime}: a session that may open too few files fails into closed, and says why`, async () => {
    const ends = await Promise.all(FREE.map(async (free) => {
      using project = new Project();
      project.write("script.mjs", WITH_FEW_FILES);
      const command = limited(128, ...runtimeCommand(runtime), "script.mjs");
      return await endOf(project, command, { FREE: String(free) });
    }));
    assertEquals([ends[0], ends.at(-1)], ["unopened", "well"], ends.join(", "));
    assert(ends.includes("told"), ends.join(", "));
  });
}

/** How many files a launcher may have open, from what no runtime starts with on. */
const LIMITS = [8, 10, 16, 20, 22, 24, 28, 64];

for (const runtime of ALL_RUNTIMES) {
  Deno.test(`${runtime}: a launcher that may open too few files tells of it, and what to do`, async () => {
    const ends = await Promise.all(LIMITS.map(async (limit) => {
      using project = new Project();
      return await endOf(project, limited(limit, ...launcherCommand(runtime), "true"));
    }));
    assert(ends.includes("told") && ends.at(-1) === "well", ends.join(", "));
  });
}
