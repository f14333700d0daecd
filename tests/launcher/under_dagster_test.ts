import { assert, assertEquals } from "@std/assert";
import { Dagster } from "../dagster/harness.ts";
import { launcherCommand } from "../kit/launcher.ts";
import { checkThroughLauncher } from "./received.ts";

for (const runtime of ["deno", "bun", "node26"] as const) {
  Deno.test(`${runtime}: 300 lines of a command, good and mutated, end no reader of Dagster's, and every good one arrives`, async () => {
    const { good, refused } = await checkThroughLauncher(runtime, 300, 1);
    assert(good > 60 && refused > 60, `${good} good, ${refused} refused`);
  });
}

Deno.test("20,000 lines at once are in Dagster's log, all of them in order and in few messages", async () => {
  const dagster = await Dagster.start();
  for (const runtime of ["deno", "bun", "node26"] as const) {
    const { runs: [run] } = await dagster.run(runtime, {
      program: "ends.ts",
      under: [
        ...launcherCommand(runtime, "--log", "stdout=INFO"),
        "sh",
        "-c",
        "seq 1 20000 | sed 's/$/ rows are copied/'",
      ],
    });
    assertEquals(run?.success, true);
    const logs = run?.logs.filter(({ message }) => message.endsWith(" rows are copied")) ?? [];
    const lines = logs.flatMap(({ message }) => message.split("\n"));
    assertEquals(lines.length, 20_000);
    assertEquals(lines.findIndex((line, i) => line !== `${i + 1} rows are copied`), -1);
    // Each of them costs Dagster about 6 ms.
    assert(logs.length < 200, `${logs.length} messages`);
  }
  await dagster.close();
});
