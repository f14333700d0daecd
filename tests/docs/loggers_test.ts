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

for (const name of ["@std/log", "@logtape/logtape", "pino"]) {
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

const PRINTS_BY_PINO = `
import process from "node:process";
import pino from "pino";
import { withDagsterPipes } from "@dagsterpipes/pipes";

await withDagsterPipes(() => {
  pino(process.stdout).info("by the stream");
  pino().info("by default");
  pino(pino.destination({ dest: 1, sync: true })).info("by the descriptor");
});`;

for (const runtime of ["deno", "bun", "node26"] as const satisfies readonly RuntimeName[]) {
  Deno.test(`${runtime}: what pino prints comes as output where the page says so`, async () => {
    using project = new DocsProject();
    project.write("script.ts", PRINTS_BY_PINO);
    const printed = await project.run(
      [...runtimeCommand(runtime), "script.ts"],
      project.pipesEnv({}, { include_stdio_in_messages: true }),
    );
    assertEquals(printed.match(/by the (stream|descriptor)|by default/g)?.length, 3);
    const output = project.messages().map(({ params }) => String(params?.text ?? "")).join("");
    assertEquals(
      output.match(/by the \w+|by default/g),
      runtime === "deno" ? ["by the stream"] : ["by the stream", "by default"],
    );
  });
}
