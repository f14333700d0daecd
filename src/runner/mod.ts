/**
 * Runs a script without Dagster, and plays Dagster's side for it: for tests of whole programs, and
 * for tools of one's own. The command `dagsterpipes run` does it in a shell.
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
export { runPipesSession } from "./run_pipes_session.ts";
export type { RunPipesSessionOptions } from "./run_options.ts";
export type { RunPipesSessionResult } from "./run_result.ts";
export type { RunEnd, RunEvent, RunEventContent } from "./run_event.ts";
export type { RecordedEvent } from "../local/recorded.ts";
