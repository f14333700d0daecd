/**
 * Holds the runner to what real Dagster says, by the tables that are held against Dagster itself.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { runPipesSession, type RunPipesSessionResult } from "@dagsterpipes/pipes/runner";
import { type End, ROWS } from "../dagster/ends_table.ts";
import { assetsOf, PROBLEM_ROWS } from "../dagster/problems_table.ts";
import { SUITE_RUNTIMES } from "../dagster/suite.ts";
import { runtimeCommand } from "../kit/installed.ts";
import { PROGRAMS_DIR } from "../kit/places.ts";

/** A run as a row of the table of ends tells it. */
function endOf({ closed, code, signal, ok, problems, logs }: RunPipesSessionResult): End {
  const isWarned = problems.some((problem) => problem.code === "not_closed");
  const later = logs.map(({ message }) => message)
    .filter((message) => !["ready", "done"].includes(message));
  return {
    closed: closed === undefined ? "no" : closed.exception?.message ?? "yes",
    end: signal ?? code ?? "no end",
    run: `${ok ? "success" : "failure"}${isWarned ? ", warned" : ""}` as End["run"],
    ...(later.length === 0 ? {} : { logs: later }),
  };
}

/** The runner has no such end, or it is tested elsewhere. */
const ELSEWHERE: readonly string[] = ["out of memory", "messages file is renamed"];

for (const runtime of SUITE_RUNTIMES) {
  Deno.test(`${runtime}: a run ends as it would in Dagster`, async (t) => {
    for (const [how, { ends, signals = [] }] of Object.entries(ROWS)) {
      const wanted = ends[runtime] ?? ends.each;
      // What comes later than Dagster's one SIGINT is no cancel of Dagster's.
      const isCancelled = signals.length === 1 && signals[0]?.[0] === "SIGINT";
      if (wanted === undefined || ELSEWHERE.includes(how) || signals.length > 0 && !isCancelled) {
        continue;
      }
      await t.step(how, async () => {
        const controller = new AbortController();
        const result = await runPipesSession({
          command: [...runtimeCommand(runtime), `${PROGRAMS_DIR}/dagster/ends.ts`, how],
          assetKeys: ["report"],
          stdio: "capture",
          signal: controller.signal,
          onEvent(event) {
            if (isCancelled && event.type === "log" && event.message === "ready") {
              setTimeout(() => controller.abort(), signals[0]![1] * 1000);
            }
          },
        });
        assertEquals(endOf(result), wanted, result.stderr);
      });
    }
  });
}

Deno.test("a run has the problems that Dagster has with what a process writes", async (t) => {
  for (const [how, row] of Object.entries(PROBLEM_ROWS)) {
    await t.step(how, async () => {
      const assets = assetsOf(row);
      const checks = assets.flatMap(({ key, checks = [] }) =>
        checks.map((checkName) => ({ checkName, assetKey: key }))
      );
      const makesAssets = row.step === undefined || row.step === "multi_asset";
      const command = [
        ...runtimeCommand("deno"),
        `${PROGRAMS_DIR}/dagster/lines.ts`,
        JSON.stringify(row.lines),
        String(row.end ?? 0),
      ];
      const { problems, ok } = await runPipesSession({
        command,
        ...(makesAssets ? { assetKeys: assets.map(({ key }) => key) } : {}),
        ...(row.step === "op" ? {} : { checks }),
        stdio: "capture",
      });
      assertEquals(problems.map(({ code }) => code), row.says);
      assertEquals(ok, problems.every(({ severity }) => severity === "warning"));
    });
  }
});
