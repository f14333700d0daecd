import { assertEquals, assertStringIncludes } from "@std/assert";
import { play } from "../../examples/demo.ts";
import { run } from "../kit/command.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { Project } from "../kit/project.ts";

async function demo(...args: string[]): Promise<{ code: number; printed: string }> {
  const command = [...runtimeCommand("deno"), "--quiet", `${REPO_ROOT}/examples/demo.ts`];
  const { code, stdout, stderr } = await run([...command, ...args]);
  return { code, printed: stdout + stderr };
}

for (const runtime of ["deno", "bun", "node"]) {
  Deno.test(`the demo on ${runtime} shows what the quick start reports`, async () => {
    const { code, printed } = await demo("--runtime", runtime);
    assertEquals(code, 0, printed);
    for (
      const part of [
        "log INFO         Keeping the orders from a price of 1 on",
        "materialization  orders",
        "threshold: 1.0 (float)",
        "fountain pen  24",
        "check            orders has_orders: passed",
        'custom message   {"dropped":2}',
        "closed",
        "4,fountain pen,24",
      ]
    ) assertStringIncludes(printed, part);
    // Nothing here is a terminal.
    assertEquals(printed.includes("\x1b["), false);
  });
}

Deno.test("the demo refuses a runtime that it does not know", async () => {
  const { code, printed } = await demo("--runtime", "perl");
  assertEquals(code, 2);
  assertStringIncludes(printed, "--runtime deno|bun|node");
});

/** The exit code of the demo for a program that knows nothing of Pipes. */
async function playProgram(text: string): Promise<number> {
  using project = new Project();
  project.write("program.js", text);
  return await play([Deno.execPath(), "run", `${project.path}/program.js`], project.path);
}

Deno.test("the demo ends with 1 where the program said 0 but never closed", async () => {
  assertEquals(await playProgram("console.error('quiet');"), 1);
});

Deno.test("the demo ends with the program's own exit code", async () => {
  assertEquals(await playProgram("Deno.exit(7);"), 7);
});
