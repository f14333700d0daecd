/**
 * What other loggers log by the sinks that the documentation shows.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { runtimeCommand, type RuntimeName } from "../kit/installed.ts";
import { page } from "./pages.ts";
import { DocsProject } from "./project.ts";

const { blocks } = page("docs/output.md");

for (const name of ["@logtape/logtape", "pino"]) {
  for (const runtime of ["deno", "bun", "node26"] as const satisfies readonly RuntimeName[]) {
    Deno.test(`${runtime}: what ${name} logs is logged in Dagster, at its level`, async () => {
      using project = new DocsProject();
      const block = blocks.find(({ code }) => code.includes(`from "${name}"`));
      assert(block !== undefined);
      project.write("script.ts", block.code);
      await project.run([...runtimeCommand(runtime), "script.ts"], project.pipesEnv({}));
      const logs = project.messages().filter(({ method }) => method === "log");
      const levels = logs.map(({ params }) => [String(params.level).toUpperCase(), params.message]);
      assertEquals(levels, [["WARNING", "Read 12 rows"]]);
    });
  }
}
