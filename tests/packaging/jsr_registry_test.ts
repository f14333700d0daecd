import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { JsrRegistry } from "./jsr_registry.ts";
import { Project } from "../kit/project.ts";

/**
 * What Deno looks at before a script starts: of a package from JSR also what is imported later, and
 * what is only for types.
 */
const MOST_MODULES = 83;

interface Graph {
  readonly modules: readonly { readonly specifier: string }[];
  readonly npmPackages: Readonly<Record<string, unknown>>;
}

async function inCache(
  fn: (project: Project, registry: JsrRegistry) => Promise<void>,
): Promise<void> {
  await using registry = await JsrRegistry.start();
  using project = new Project();
  project.write(
    "script.ts",
    `import { openDagsterPipes } from "${registry.specifier}";
    try {
      const pipes = await openDagsterPipes();
      pipes.log("from JSR");
      await pipes.close();
    } catch (error) { console.log(error.code, error.message); }`,
  );
  await fn(project, registry);
}

Deno.test("what Deno resolves of the package from JSR before a script starts is few modules, and nothing from npm", async () => {
  await inCache(async (project, registry) => {
    const [deno = ""] = runtimeCommand("deno");
    await project.run([deno, "cache", "script.ts"], registry.env);
    const printed = await project.run([deno, "info", "--json", "script.ts"], registry.env);
    const { modules, npmPackages }: Graph = JSON.parse(printed);
    assertEquals(npmPackages, {});
    assert(modules.length > 10);
    assert(modules.length <= MOST_MODULES, `${modules.length} modules`);
  });
});

Deno.test("the package runs on Deno from JSR, and explains a bad context field by field", async () => {
  await inCache(async (project, registry) => {
    const command = [...runtimeCommand("deno"), "script.ts"];
    await project.run(command, { ...registry.env, ...project.pipesEnv({}) });
    assertEquals(project.messages().map(({ method }) => method), ["opened", "log", "closed"]);
    const badContext = project.pipesEnv({ asset_keys: ["a", 5] });
    const printed = await project.runFailing(command, { ...registry.env, ...badContext });
    assertStringIncludes(printed, "asset_keys.1 must be a string, got the number 5");
  });
});
