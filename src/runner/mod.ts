/**
 * Runs a script without Dagster and plays Dagster's part: for tests of whole programs and for tools.
 * The command `dagsterpipes run` does it in a shell.
 *
 * @example
 * ```ts
 * import { runPipesSession } from "@dagsterpipes/pipes/runner";
 * import { assertEquals } from "@std/assert";
 *
 * const run = await runPipesSession({ command: ["sh", "-c", "true"], stdio: "capture" });
 * assertEquals(run.code, 0);
 * ```
 *
 * @module
 */
export {
  type RunEnd,
  type RunEvent,
  type RunEventContent,
  runPipesSession,
  type RunPipesSessionOptions,
  type RunPipesSessionResult,
} from "./run_pipes_session.ts";
export type { RecordedEvent, StepReports } from "../local/recorded.ts";
