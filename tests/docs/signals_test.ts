/**
 * Checks the table of commands that swallow a signal: each is started as Dagster starts it, and only
 * its own process gets SIGINT.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { page } from "./pages.ts";
import { docsPath, DocsProject } from "./project.ts";

const ROWS = [...page("docs/cancelling.md").text.matchAll(/^\| `([^`]+)` +\| (yes|no) +\|$/gm)].map(
  ([, command = "", answer]) => ({ command, reaches: answer === "yes" }),
);

/** How many times the script prints before a signal counts as lost. */
const TICKS = 8;

const SCRIPT = `
import { appendFileSync } from "node:fs";
import process from "node:process";
process.on("SIGINT", () => {
  appendFileSync("told", "SIGINT\\n");
  process.exit(0);
});
console.log("ready", process.pid);
let ticks = 0;
setInterval(() => ++ticks < 1_000 ? console.log("tick") : process.exit(1), 50);
`;

/** Splits a command into arguments as a shell does. */
function split(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|\S+/g)].map(([whole, quoted]) => quoted ?? whole);
}

Deno.test("the table of commands that swallow a signal has both kinds", () => {
  assert(ROWS.filter(({ reaches }) => reaches).length >= 7);
  assert(ROWS.filter(({ reaches }) => !reaches).length >= 3);
});

for (const { command, reaches } of ROWS) {
  Deno.test(`a signal to \`${command}\` ${reaches ? "reaches" : "does not reach"} the script`, async () => {
    using project = new DocsProject();
    project.write("work.ts", SCRIPT);
    project.write("told", "");
    const run = command.startsWith("bun") ? "bun run work.ts" : "node work.ts";
    project.write("package.json", { type: "module", scripts: { work: run } });
    project.write("deno.json", { tasks: { work: "deno run -A work.ts" } });
    const [program = "", ...args] = split(command);
    const child = new Deno.Command(program, {
      args,
      cwd: project.path,
      env: { PATH: docsPath(), npm_config_offline: "true" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let printed = "";
    let pid: number | undefined;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      printed += text;
      if (pid === undefined) {
        const [, found] = /^ready (\d+)$/m.exec(printed) ?? [];
        if (found === undefined) continue;
        pid = Number(found);
        child.kill("SIGINT");
      }
      if (printed.split("tick").length > TICKS) break;
    }
    assert(pid !== undefined, printed);
    assertEquals(project.read("told"), reaches ? "SIGINT\n" : "");
    if (!reaches) Deno.kill(pid, "SIGKILL");
    await child.status;
  });
}
