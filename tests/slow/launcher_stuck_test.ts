import { assert, assertEquals } from "@std/assert";
import { launcherCommand } from "../kit/launcher.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import { Running } from "../kit/running.ts";

/** Starts a shell script under a launcher whose way to Dagster gets stuck. */
function start(
  runtime: "deno" | "bun" | "node26",
  step: string,
  script: string,
  ...flags: string[]
): Running {
  const transport = `${PROGRAMS_DIR}/channels/stuck.ts`;
  return new Running(runtime, "supervised.ts", {
    env: { STUCK_IN: step },
    under: launcherCommand(runtime, "--transport", transport, ...flags),
    command: ["sh", "-c", script],
  });
}

for (const runtime of ["deno", "bun", "node26"] as const) {
  for (const step of ["open", "flush"]) {
    Deno.test(`${runtime}: a cancel is honored at once while the way to Dagster is stuck in ${step}`, async () => {
      await using running = start(runtime, step, "echo never");
      await new Promise((resolve) => setTimeout(resolve, 1500));
      running.child.kill("SIGTERM");
      const { end, took } = await running.end();
      assertEquals(end, "SIGTERM");
      assert(took < 2000, `${took} ms`);
    });
  }
}

Deno.test("the end after a cancel fits into the 20 s that Dagster waits, grace and sending together", async () => {
  await Promise.all((["deno", "bun", "node26"] as const).map(async (runtime) => {
    const script = 'trap "" TERM; echo ready; while :; do sleep 0.1; done';
    await using running = start(runtime, "close", script, "--grace", "6");
    await running.printed("stdout");
    running.child.kill("SIGTERM");
    const { took } = await running.end();
    assert(took > 16_000 && took < 19_500, `${runtime}: ${took} ms`);
  }));
});
