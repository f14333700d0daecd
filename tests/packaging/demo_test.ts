import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../kit/command.ts";
import { REPO_ROOT } from "../kit/places.ts";
import { docsPath } from "../docs/project.ts";
import config from "../../deno.json" with { type: "json" };

Deno.test("the demo shows what the quick start reports", async () => {
  const { code, stdout, stderr } = await run(["sh", "-c", config.tasks.demo.command], {
    cwd: REPO_ROOT,
    env: { NO_COLOR: "1", PATH: docsPath() },
  });
  assertEquals(code, 0, stdout + stderr);
  for (
    const part of [
      "log INFO         Keeping the orders from a price of 1 on",
      "materialization  orders",
      "threshold:  float  1.0",
      "4   fountain pen  24",
      "check            has_orders of orders: passed",
      'custom message   {"dropped":2}',
      "Dagster would report success",
    ]
  ) assertStringIncludes(stdout, part);
});
