import type { StepOptions } from "../local/step_options.ts";
import type { PipesAbortSignal } from "../public_types.ts";
import type { RunEvent } from "./run_event.ts";

/**
 * What {@linkcode runPipesSession} runs, and the step that it makes up for it.
 */
export interface RunPipesSessionOptions extends StepOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /**
   * A file with a context that Dagster wrote, in place of a step that is made up: of its options,
   * `checks` alone may be given beside it.
   */
  readonly contextFile?: string | undefined;
  /** The folder that the command runs in. Default: that of this process. */
  readonly cwd?: string | undefined;
  /** Variables besides those of this process. Default: none. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Cancels the run when it is aborted, as Dagster does it: by SIGINT. */
  readonly signal?: PipesAbortSignal | undefined;
  /** The time after which the command is cut off, in seconds. Default: never. */
  readonly timeoutSeconds?: number | undefined;
  /** The time from a cancel or the cut-off until the command is killed, in seconds. Default: 15. */
  readonly graceSeconds?: number | undefined;
  /**
   * Where the messages go: to a file, as `PipesSubprocessClient` wants it, or among the lines of a
   * stream, as Dagster's clients for containers do. Default: `"file"`.
   */
  readonly messages?: "file" | "stdout" | "stderr" | undefined;
  /** Whether what the script prints is to be sent as messages as well. Default: false. */
  readonly includeStdio?: boolean | undefined;
  /**
   * Whether what the command prints is printed by this process as well, or only kept. Default:
   * `"inherit"`.
   */
  readonly stdio?: "inherit" | "capture" | undefined;
  /** Gets each event at once. Default: nobody does. */
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
}
