import { assertEquals, assertStringIncludes } from "@std/assert";
import { REPO_ROOT } from "../tools/setup.ts";

async function demo(
  ...args: string[]
): Promise<{ code: number; printed: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `${REPO_ROOT}/examples/demo.ts`, ...args],
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  const printed = decoder.decode(output.stdout) + decoder.decode(output.stderr);
  return { code: output.code, printed };
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
