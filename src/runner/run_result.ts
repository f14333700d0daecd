import type { StepProblem } from "../local/problems.ts";
import type {
  RecordedCheck,
  RecordedClose,
  RecordedLog,
  RecordedMaterialization,
} from "../local/recorded.ts";
import type { RunEnd, RunEvent } from "./run_event.ts";

/**
 * How a run ended, and all that was reported in it.
 */
export interface RunPipesSessionResult extends RunEnd {
  /** All that happened, in its order. */
  readonly events: readonly RunEvent[];
  /** The log messages. */
  readonly logs: readonly RecordedLog[];
  /** The materializations. */
  readonly materializations: readonly RecordedMaterialization[];
  /** The results of checks. */
  readonly checks: readonly RecordedCheck[];
  /** The payloads of custom messages. */
  readonly customMessages: readonly unknown[];
  /** How the session was closed; `undefined` where it was not. */
  readonly closed: RecordedClose | undefined;
  /** What Dagster would warn of, or fail the step for. */
  readonly problems: readonly StepProblem[];
  /** What the command printed to its stdout, without messages. */
  readonly stdout: string;
  /** What the command printed to its stderr, without messages. */
  readonly stderr: string;
}
