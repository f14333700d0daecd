import { assertEquals, assertStringIncludes } from "@std/assert";
import { runtimeCommand, RUNTIMES } from "../kit/installed.ts";
import { run } from "../kit/command.ts";
import { assertOneSession, logsOf } from "../kit/messages.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";
import { copyTree } from "../tools/publish_copy.ts";

/** A project with two copies of the package, as two versions of it in one program would be. */
function projectWithTwoCopies(): Project {
  const project = new Project();
  for (const name of ["one", "two"]) {
    copyTree(`${REPO_ROOT}/dist/npm`, `${project.path}/${name}`);
  }
  return project;
}

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: two copies of the package in one process share one session`, async () => {
    using project = projectWithTwoCopies();
    project.write(
      "shared.mjs",
      `import * as one from "./one/mod.js";
      import * as two from "./two/mod.js";
      const said = [];
      await one.withDagsterPipes(async (pipes) => {
        pipes.reportAssetMaterialization();
        await two.withDagsterPipes((inner) => {
          said.push(inner === pipes, two.PipesContext.get() === pipes);
          inner.log("from the inner one");
          try {
            inner.reportAssetMaterialization();
          } catch (error) {
            said.push(error.code);
          }
        });
        pipes.log("from the outer one");
      });
      console.log(JSON.stringify([...said, two.PipesContext.isInitialized()]));`,
    );
    const env = project.pipesEnv({});
    const stdout = await project.run([...runtimeCommand(runtime), "shared.mjs"], env);
    assertEquals(JSON.parse(stdout), [true, true, "already_reported", false]);
    const messages = project.messages();
    assertOneSession(messages);
    assertEquals(logsOf(messages), ["from the inner one", "from the outer one"]);
  });

  Deno.test(`${runtime}: a copy of the package that cannot share the sessions of another says so`, async () => {
    using project = projectWithTwoCopies();
    project.write(
      "alien.mjs",
      `globalThis[Symbol.for("@dagsterpipes/pipes sessions")] = { shape: 0 };
      const { withDagsterPipes } = await import("./one/mod.js");
      await withDagsterPipes(() => {});`,
    );
    const command = [...runtimeCommand(runtime), "alien.mjs"];
    const { code, stderr } = await run(command, { cwd: project.path });
    assertEquals(code, 1);
    assertStringIncludes(stderr, "Two copies of @dagsterpipes/pipes are loaded");
  });
}
