import type { StepProblem } from "../local/problems.ts";
import type { RecordedEvent, StepReports } from "../local/recorded.ts";
import type { StepOptions } from "../local/step_options.ts";
import type { PipesAbortSignal } from "../public_types.ts";

/** What {@linkcode runPipesSession} runs, and the step that it makes up for it. */
export interface RunPipesSessionOptions extends StepOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /**
   * A file with a context that Dagster wrote, instead of a step that is made up: of its options, only
   * `checks` can be combined with it.
   */
  readonly contextFile?: string | undefined;
  /**
   * The folder that the command runs in.
   *
   * @default the folder of this process
   */
  readonly cwd?: string | undefined;
  /**
   * Variables in addition to those of this process.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Cancels the run when it is aborted, as Dagster does: by SIGINT. */
  readonly signal?: PipesAbortSignal | undefined;
  /**
   * The time after which the command is cut off, in seconds.
   *
   * @default never
   */
  readonly timeoutSeconds?: number | undefined;
  /**
   * The time from a cancel or the cut-off until the command is killed, in seconds.
   *
   * @default 15
   */
  readonly graceSeconds?: number | undefined;
  /**
   * Where the messages go: to a file, as with `PipesSubprocessClient`, or among the lines of a
   * stream, as with Dagster's clients for containers.
   *
   * @default "file"
   */
  readonly messages?: "file" | "stdout" | "stderr" | undefined;
  /**
   * Whether what the script prints is sent as messages as well.
   *
   * @default false
   */
  readonly includeStdio?: boolean | undefined;
  /**
   * Whether this process prints what the command prints, or only keeps it.
   *
   * @default "inherit"
   */
  readonly stdio?: "inherit" | "capture" | undefined;
  /** Is called with each event at once. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}

/** What happens in a run: a message as Dagster takes it, or something else. */
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
    /** Whole lines, except for the last ones of all. */
    readonly text: string;
  }
  | ({ readonly type: "problem" } & StepProblem)
  | ({ readonly type: "end" } & RunEnd);

/** Something that happened in a run. */
export type RunEvent = RunEventContent & {
  /** How many events came before it. */
  readonly seq: number;
  /** When it was seen, in ISO 8601. */
  readonly time: string;
};

/** How a run ended. */
export interface RunEnd {
  /** Whether Dagster would report the step as succeeded. */
  readonly ok: boolean;
  /** The exit code, or null if the command ended by a signal. */
  readonly code: number | null;
  /** The signal, or null if the command ended with an exit code. */
  readonly signal: string | null;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** How a run ended, and everything that was reported in it. */
export interface RunPipesSessionResult extends RunEnd, StepReports {
  /** Everything that happened, in order. */
  readonly events: readonly RunEvent[];
  /** What the command printed to its stdout, without messages. */
  readonly stdout: string;
  /** What the command printed to its stderr, without messages. */
  readonly stderr: string;
}
