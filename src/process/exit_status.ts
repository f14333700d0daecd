/** How a process ended. */
export type ExitStatus =
  | {
    /** The exit code. */
    readonly code: number;
  }
  | {
    /** The signal, as in `SIGTERM`. */
    readonly signal: string;
  };

/** The exit code of a command that exceeded its timeout, as `timeout` of the coreutils has it. */
export const TIMEOUT_EXIT_CODE = 124;
