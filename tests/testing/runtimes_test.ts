import { assertEquals } from "@std/assert";
import { RUNTIMES } from "../kit/installed.ts";
import { launchWell } from "../kit/launch.ts";

for (const runtime of RUNTIMES) {
  Deno.test(`${runtime}: tests run in memory, though Dagster launched the process`, async () => {
    const { stdout, stderr, raw } = await launchWell(runtime, "testing.ts");
    const { ms: _, ...told } = JSON.parse(stdout);
    assertEquals(told, {
      rows: { type: "int", rawValue: 120 },
      problems: [],
      mixed: 0,
      thrown: "RangeError: Boom",
      failed: "RangeError: Boom",
      cancelled: "DagsterPipesError: Interrupted: the process got SIGTERM",
      exitCode: 0,
      listeners: [0, 0, 0],
    });
    assertEquals([stderr, raw], ["", ""]);
  });
}
