import { assert, assertMatch } from "@std/assert";
import { isFromNpm, runTests, TEST_COMMANDS } from "../docs/test_runners.ts";
import { installTestRunners } from "../tools/install.ts";

const commands = TEST_COMMANDS.filter(isFromNpm);

for (const command of commands) {
  Deno.test(`the page on tests shows what works: ${command}`, async () => {
    await installTestRunners();
    assertMatch(await runTests(command), /Tests\s+1 passed|Tests:\s+1 passed/);
  });
}

Deno.test("the page on tests shows two runners from npm", () => {
  assert(commands.length === 2, commands.join("\n"));
});
