import type { PipesContextLoader, PipesMessageWriter, PipesParamsLoader } from "../ports.ts";

/** By what a launcher reaches Dagster: what a script would give as `PipesOptions`. */
export interface SuperviseChannel {
  /** Finds the two parameters of Dagster. Default: `new PipesEnvVarParamsLoader()`. */
  readonly paramsLoader?: PipesParamsLoader | undefined;
  /**
   * Reads the context, which the command then finds in a file. Default: the command reads it
   * itself.
   */
  readonly contextLoader?: PipesContextLoader | undefined;
  /** Sends the messages. Default: `new PipesDefaultMessageWriter()`. */
  readonly messageWriter?: PipesMessageWriter | undefined;
}

/** How a command is supervised. */
export interface SuperviseOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** The time after which the command is cut off, in seconds. Default: never. */
  readonly timeoutSeconds?: number | undefined;
  /** The time from a cancel or the cut-off until the command is killed, in seconds. Default: 15. */
  readonly graceSeconds?: number | undefined;
  /**
   * The level of the Dagster log messages that the lines of a stream become; those that arrive
   * within 50 ms are one. Default: none do.
   */
  readonly logLevels?: Readonly<Partial<Record<"stdout" | "stderr", string>>> | undefined;
  /**
   * Whether the exception of a command that failed without a word holds the last lines of its
   * stderr: at most 20 lines and 8 KiB. They may hold what is secret, as `bash -x` prints it.
   * Default: true.
   */
  readonly hasStderrTail?: boolean | undefined;
  /** By what Dagster is reached. Default: as by a script without options. */
  readonly channel?: SuperviseChannel | undefined;
}

/**
 * How a supervised command ended, and what the launcher is to end as.
 */
export type SuperviseResult =
  | {
    /** The exit code. */
    readonly code: number;
  }
  | {
    /** The signal, as in `SIGTERM`. */
    readonly signal: string;
  };
