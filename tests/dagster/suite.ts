import type { RuntimeName } from "../kit/installed.ts";
import { Dagster, type Outcome, type Scenario, type StoredRun } from "./harness.ts";

/** The runtimes that the suite runs on. */
export const SUITE_RUNTIMES: readonly RuntimeName[] = ["deno", "bun", "node26"];

/** How many scenarios passed on each runtime. */
export const passed: Map<RuntimeName, number> = new Map(
  SUITE_RUNTIMES.map((runtime) => [runtime, 0]),
);

/** Runs a program in Dagster, on the runtime of the scenario. */
export interface DagsterRuns {
  readonly runtime: RuntimeName;
  /** One run: what Dagster stored, and what was printed. */
  one(scenario: Scenario): Promise<StoredRun & Pick<Outcome, "stdout" | "stderr">>;
  /** As many runs as `scenario.runs` says. */
  many(scenario: Scenario): Promise<readonly StoredRun[]>;
}

let dagster: Promise<Dagster> | undefined;

/** Registers a test of the given behaviour on each runtime. */
export function scenario(behaviour: string, test: (dagster: DagsterRuns) => Promise<void>): void {
  for (const runtime of SUITE_RUNTIMES) {
    // The Python process outlives the test that was the first to need it.
    Deno.test({
      name: `${behaviour} [${runtime}]`,
      sanitizeOps: false,
      sanitizeResources: false,
    }, async () => {
      await test(runsOn(runtime, await (dagster ??= Dagster.start())));
      passed.set(runtime, (passed.get(runtime) ?? 0) + 1);
    });
  }
}

/** Ends Dagster and prints how many scenarios passed. */
export async function finish(): Promise<void> {
  const running = await dagster;
  await running?.close();
  const counts = [...passed].map(([runtime, count]) => `${runtime} ${count}`).join(", ");
  console.log(`real Dagster ${running?.version ?? "not started"}: ${counts}`);
}

function runsOn(runtime: RuntimeName, dagster: Dagster): DagsterRuns {
  return {
    runtime,
    async one(scenario) {
      const { runs: [run], stdout, stderr } = await dagster.run(runtime, scenario);
      if (run === undefined) throw new Error("The harness gave no run");
      return { ...run, stdout, stderr };
    },
    many: async (scenario) => (await dagster.run(runtime, scenario)).runs,
  };
}
