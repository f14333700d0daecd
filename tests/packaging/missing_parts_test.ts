/**
 * What a session says of a part of the package that is not there when it is needed.
 *
 * @module
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Ended, run } from "../kit/command.ts";
import { runtimeCommand, type RuntimeName, RUNTIMES } from "../kit/installed.ts";
import { closedException, methodsOf } from "../kit/messages.ts";
import { encodeParams } from "../kit/params.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { copyForPublish, copyTree } from "../tools/publish_copy.ts";

const ADVICE =
  /^(DagsterPipesError: )?Cannot load a part of @dagsterpipes\/pipes: .+\. Check that all of its files are deployed, .+ulimit -n/;

/** The package without one of its modules, as npm or as JSR has it, and a script beside it. */
function incomplete(layout: "npm" | "source", module: string): Project {
  const project = new Project();
  const extension = layout === "npm" ? "js" : "ts";
  if (layout === "npm") copyTree(`${REPO_ROOT}/dist/npm`, project.path);
  else copyForPublish(project.path, REPO_ROOT);
  Deno.removeSync(`${project.path}/${module}.${extension}`);
  project.write(
    "script.mjs",
    `import { withDagsterPipes } from "./mod.${extension}";
    await withDagsterPipes(() => {});`,
  );
  return project;
}

/** Whether this copy is what the runtime's users have. */
const layoutsOf = (runtime: RuntimeName) =>
  runtime === "deno" ? ["npm", "source"] as const : ["npm"] as const;

async function runScript(
  project: Project,
  runtime: RuntimeName,
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const command = [...runtimeCommand(runtime), "script.mjs"];
  return await run(command, { cwd: project.path, env });
}

for (const runtime of RUNTIMES) {
  for (const layout of layoutsOf(runtime)) {
    Deno.test(`${runtime}, ${layout}: a part that is missing after opened is told, with what to do`, async () => {
      using project = incomplete(layout, "src/session/start");
      const { code, stderr } = await runScript(project, runtime, project.pipesEnv({}));
      assertEquals(code, 1);
      assertStringIncludes(stderr, "DagsterPipesError: Cannot load a part of");
      const messages = project.messages();
      assertEquals(methodsOf(messages), ["opened", "closed"]);
      assertMatch(closedException(messages).message, ADVICE);
    });
  }
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: what is printed after a session could not open is not sent behind its end`, async () => {
    using project = incomplete("npm", "src/session/start");
    project.write(
      "script.mjs",
      `import { withDagsterPipes } from "./mod.js";
      await withDagsterPipes(() => {}).catch(() => process.exitCode = 3);
      console.log("on its own");`,
    );
    const { DAGSTER_PIPES_CONTEXT = "" } = project.pipesEnv({});
    const { code, stdout } = await runScript(project, runtime, {
      DAGSTER_PIPES_CONTEXT,
      DAGSTER_PIPES_MESSAGES: encodeParams({
        path: `${project.path}/pipes/messages`,
        include_stdio_in_messages: true,
      }),
    });
    assertEquals([code, stdout], [3, "on its own\n"]);
    assertEquals(methodsOf(project.messages()), ["opened", "closed"]);
  });
}
