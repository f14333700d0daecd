import { assert, assertEquals } from "@std/assert";
import { runtimeCommand } from "../kit/installed.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";
import type { StoredRun } from "../dagster/harness.ts";
import { PythonProcess } from "../dagster/python_process.ts";
import { SUITE_RUNTIMES } from "../dagster/suite.ts";

/** A run that was cancelled, as Dagster stored it. */
type Cancelled = Pick<StoredRun, "logs" | "engineErrors" | "failures"> & {
  readonly accepted: boolean;
  readonly status: string;
  /** From the cancel until the run was over. */
  readonly seconds: number;
};

Deno.test("a run cancelled from Dagster ends within the grace, with the report of its cleanup stored", async () => {
  const [dagster] = await PythonProcess.start("cancel.py");
  try {
    const commands = SUITE_RUNTIMES.map((runtime) => [
      ...runtimeCommand(runtime),
      `${PROGRAMS_DIR}/dagster/ends.ts`,
      "SIGINT with a cleanup of 2 s",
    ]);
    const request = new TextEncoder().encode(JSON.stringify(commands) + "\n");
    const runs = await dagster.ask(request) as readonly Cancelled[];
    assertEquals(runs.length, SUITE_RUNTIMES.length);
    for (const [index, run] of runs.entries()) {
      const runtime = SUITE_RUNTIMES[index];
      assertEquals([run.accepted, run.status], [true, "CANCELED"], runtime);
      assertEquals(run.logs.map(({ level, message }) => [level, message]), [
        ["INFO", "[pipes] external process successfully opened dagster pipes."],
        ["INFO", "ready"],
        ["INFO", "[pipes] execution interrupted, sending SIGINT to subprocess."],
        ["INFO", "cleaned up"],
      ], runtime);
      assertEquals(
        run.engineErrors.map(({ error }) => error.message.trim()),
        ["DagsterPipesError: Interrupted: the process got SIGINT"],
        runtime,
      );
      assertEquals(run.failures.map(({ error }) => error.name), [
        "DagsterExecutionInterruptedError",
      ], runtime);
      // The grace is 10 s, the cleanup takes 2 of them, and Dagster some for itself.
      assert(run.seconds >= 2 && run.seconds < 10, `${run.seconds} s`);
    }
  } finally {
    await dagster.close();
  }
});
