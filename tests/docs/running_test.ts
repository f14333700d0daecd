/**
 * Runs the code of the page on running without Dagster, with the package as it is published.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Project } from "../kit/project.ts";
import type { RunEventContent } from "../../src/runner/run_pipes_session.ts";
import { RUN_TABLE } from "../../src/cli/command_tables.ts";
import { docsPath, DocsProject, fileOf } from "./project.ts";
import { PageRunner } from "./page_runs.ts";
import { page, RUNNING_PAGE } from "./pages.ts";
import { installLine, shell, withRegistries } from "./registries.ts";

const { blocks, text } = page(RUNNING_PAGE);
const script = blocks.find(({ file }) => file === "orders.ts")!;
const commands = blocks.filter(({ language }) => language === "sh").map(({ code }) => code.trim());

/** The output of the command that the page shows. */
const shown = text.match(/^ {4}start [^]*?^ {4}end .*\n/m)![0].replace(/^ {4}/gm, "");

/** What `npm install` writes, by which `npx` finds the package in the project. */
const MANIFEST = { type: "module", dependencies: { "@dagsterpipes/pipes": "*" } };

/** Replaces what differs between runs in the output of a command. */
function lasting(printed: string): string {
  return printed.replace(/^start .*/m, "start").replace(/\d+\.\d s$/m, "0.1 s");
}

Deno.test("a script runs without Dagster by each command of the page, and shows what the page shows", async () => {
  await withRegistries(async (env) => {
    const runtimes = [["Node", "npx"], ["Bun", "bun"], ["Deno", "deno"]] as const;
    await Promise.all(runtimes.map(async ([runtime, program]) => {
      using project = new Project();
      if (runtime === "Node") project.write("package.json", { type: "module" });
      await shell(project, installLine(runtime), env[runtime]!);
      project.write("orders.ts", script.code);
      const command = commands.find((command) => command.startsWith(`${program} `));
      assert(command !== undefined);
      const printed = await shell(project, command, { ...env[runtime], NO_COLOR: "1" });
      const events = printed.slice(printed.indexOf("start "));
      assertEquals(lasting(events), lasting(shown), printed);
    }));
  });
});

Deno.test("a context that Dagster passes is saved and replayed as the page shows", async () => {
  const python = blocks.find(({ language }) => language === "python")!;
  using project = new DocsProject();
  project.writePage(page(RUNNING_PAGE));
  const dagster = await PageRunner.start();
  try {
    const [made] = await dagster.run(project, [python.code]);
    assertEquals(made?.success, true);
  } finally {
    await dagster.close();
  }
  const command = commands.find((command) => command.includes("--context"))!;
  project.copyBuild();
  project.write("package.json", MANIFEST);
  const env = { PATH: docsPath(), NO_COLOR: "1", npm_config_offline: "true" };
  const printed = await project.run(["sh", "-c", command], env);
  assertEquals(lasting(printed), lasting(shown), printed);
});

Deno.test("the page shows a test of a whole program that works on each runtime", async () => {
  const block = blocks.find(({ language, file }) => language === "ts" && file === undefined)!;
  using project = new DocsProject();
  project.writePage(page(RUNNING_PAGE));
  const env = { PATH: docsPath() };
  for (const command of [["deno", "run", "-A"], ["bun"], ["node"]]) {
    await project.run([...command, fileOf(block)], env);
  }
});

Deno.test("every option of run is on the page, and every type of event", () => {
  for (const name of Object.keys(RUN_TABLE.options)) assert(text.includes(`\`--${name}`), name);
  const types: Readonly<Record<RunEventContent["type"], true>> = {
    start: true,
    opened: true,
    log: true,
    materialization: true,
    check: true,
    custom: true,
    external: true,
    stdout: true,
    stderr: true,
    closed: true,
    problem: true,
    end: true,
  };
  const rows = [...text.matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)].map(([, types = ""]) => types);
  for (const type of Object.keys(types)) {
    assert(rows.some((row) => row.includes(`\`${type}\``)), type);
  }
});
