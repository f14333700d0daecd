/**
 * Runs a script without Dagster and plays Dagster's part: for tests of whole programs and for tools.
 * The command `dagsterpipes run` does it in a shell.
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
