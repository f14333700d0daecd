import type { StepProblem } from "../local/problems.ts";
import type { RecordedEvent } from "../local/recorded.ts";

/**
 * What happens in a run: a message, as Dagster takes it, or something else.
 */
export type RunEventContent =
  | {
    readonly type: "start";
    /** The version of the shape of all events. */
    readonly schema: 1;
    /** The command and its arguments. */
    readonly command: readonly string[];
  }
  | RecordedEvent
  | {
    /** The stream that the command printed to. */
    readonly type: "stdout" | "stderr";
    /** Whole lines, but for the last ones of all. */
    readonly text: string;
  }
  | ({ readonly type: "problem" } & StepProblem)
  | ({ readonly type: "end" } & RunEnd);

/**
 * How a run ended.
 */
export interface RunEnd {
  /** Whether Dagster would say that the step succeeded. */
  readonly ok: boolean;
  /** The exit code, or null where the command ended by a signal. */
  readonly code: number | null;
  /** The signal, or null where the command ended with an exit code. */
  readonly signal: string | null;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/**
 * Something that happened in a run.
 */
export type RunEvent = RunEventContent & {
  /** How many events came before it. */
  readonly seq: number;
  /** When it was seen, in ISO 8601. */
  readonly time: string;
};
