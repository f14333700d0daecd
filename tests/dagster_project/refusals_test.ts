import { assertEquals, assertMatch } from "@std/assert";
import { ProjectCopy } from "./copy.ts";

const assets = [{ key: "a" }];

/** What a `defs.yaml` may have wrong, and the error of it. */
const WRONG: readonly (readonly [what: string, attributes: unknown, error: RegExp])[] = [
  [
    "a script that is missing",
    { execution: { path: "gone.ts" }, assets },
    /Cannot find the script .*wrong\/gone\.ts, which .*wrong\/defs\.yaml names at execution\.path/,
  ],
  [
    "a wrong key",
    { execution: { path: "script.ts", runtim: "bun" }, assets },
    /runtim at .*wrong\/defs\.yaml:4`\n +Extra inputs are not permitted/,
  ],
  [
    "a permission that Deno does not have",
    { execution: { path: "script.ts", permissions: { raed: ["data"] } }, assets },
    /raed at .*wrong\/defs\.yaml:4`\n +Extra inputs are not permitted/,
  ],
  [
    "an unknown runtime",
    { execution: { path: "script.ts", runtime: "perl" }, assets },
    /wrong\/defs\.yaml:4[^]*Input should be 'deno', 'bun', 'node' or 'bash'/,
  ],
  [
    "permissions for a runtime without permissions",
    { execution: { path: "script.ts", runtime: "bun", permissions: { net: true } }, assets },
    /wrong\/defs\.yaml has execution\.permissions, which only Deno can enforce, but its execution\.runtime is bun/,
  ],
  [
    "a variable that is not text",
    { execution: { path: "script.ts", env: { LEVEL: 9 } }, assets },
    /LEVEL at .*wrong\/defs\.yaml:4`\n +Input should be a valid string/,
  ],
  [
    "neither assets nor checks",
    { execution: { path: "script.ts" } },
    /wrong\/defs\.yaml names neither assets nor checks/,
  ],
];

Deno.test("an error in a defs.yaml is reported when definitions load, with its place", async (t) => {
  using copy = new ProjectCopy();
  const script = new URL("./python/refusals.py", import.meta.url).pathname;
  const args = WRONG.map(([, attributes]) => JSON.stringify(attributes));
  const { stdout, stderr } = await copy.run(["python", script, ...args]);
  const answers: string[] = JSON.parse(stdout.match(/^RESULT (.*)$/m)?.[1] ?? stdout + stderr);
  assertEquals(answers.length, WRONG.length);
  for (const [index, [what, , error]] of WRONG.entries()) {
    await t.step(what, () => assertMatch(String(answers[index]), error));
  }
});
