/**
 * The package on Windows, as far as Wine shows it: the Windows builds of Node 22 and Bun run
 * sessions, the launcher and the command line.
 *
 * @module
 */
import { assertTable, tableMarkdown } from "../docs/written_table.ts";
import { buildAndLink } from "../tools/install.ts";
import { WindowsProject } from "./windows/project.ts";
import { SCENARIOS } from "./windows/scenarios.ts";
import { endWine, prepareWine, type WindowsHost } from "./windows/wine.ts";

const HOSTS: Readonly<Record<WindowsHost, string>> = { node: "Node 22", bun: "Bun 1" };

for (const host of ["node", "bun"] as const) {
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    Deno.test(`${HOSTS[host]} on Windows: ${name}`, async () => {
      await buildAndLink();
      await prepareWine();
      using project = new WindowsProject(host);
      try {
        await scenario(project);
      } finally {
        await endWine();
      }
    });
  }
}

Deno.test("the page on compatibility has the scenarios on Windows; WRITE_TABLES=1 writes them", async () => {
  const hosts = Object.values(HOSTS);
  const rows = Object.keys(SCENARIOS).map((name) => [name, ...hosts.map(() => "holds")]);
  const markdown = tableMarkdown([["scenario on Windows", ...hosts], ...rows]);
  await assertTable("docs/compatibility.md", "tested under Wine:\n", markdown);
});
