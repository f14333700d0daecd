import {
  boolean,
  checkOptions,
  listOf,
  objectOf,
  oneOf,
  optional,
  satisfying,
  type Schema,
  seconds,
  string,
} from "../local/options_schema.ts";
import type { PipesContextLoader, PipesMessageWriter, PipesParamsLoader } from "../ports.ts";
import { PIPES_LOG_LEVELS } from "../protocol/framing.ts";
import type { StdioStream } from "../runtime/runtime.ts";

/** How a launcher reaches Dagster, as in `PipesOptions`. */
export interface Transport {
  /**
   * Finds the two parameters of Dagster.
   *
   * @default new PipesEnvVarParamsLoader()
   */
  readonly paramsLoader?: PipesParamsLoader | undefined;
  /**
   * Reads the context, which the command then finds in a file.
   *
   * @default the command reads it itself
   */
  readonly contextLoader?: PipesContextLoader | undefined;
  /**
   * Sends the messages.
   *
   * @default new PipesDefaultMessageWriter()
   */
  readonly messageWriter?: PipesMessageWriter | undefined;
}

/** How a command is supervised. */
export interface SuperviseOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /**
   * The time after which the command is terminated, in seconds.
   *
   * @default no limit
   */
  readonly timeoutSeconds?: number | undefined;
  /**
   * The time from a cancel or the timeout until the command is killed, in seconds.
   *
   * @default 15
   */
  readonly graceSeconds?: number | undefined;
  /**
   * The level of the log messages that the lines of a stream become. Lines that arrive within 50 ms
   * are one message.
   *
   * @default no log messages
   */
  readonly logLevels?: Readonly<Partial<Record<StdioStream, string>>> | undefined;
  /**
   * Whether the exception of a command that failed without a message of its own shows the end of
   * its stderr: at most 20 lines and 8 KiB. They may hold secrets, which `bash -x` prints.
   *
   * @default true
   */
  readonly hasStderrTail?: boolean | undefined;
  /**
   * How Dagster is reached.
   *
   * @default as by a script without options
   */
  readonly transport?: Transport | undefined;
}

const logLevel = optional(oneOf(...PIPES_LOG_LEVELS));

const SUPERVISE_SCHEMA = objectOf({
  command: listOf(string),
  timeoutSeconds: optional(seconds),
  graceSeconds: optional(seconds),
  logLevels: optional(objectOf({ stdout: logLevel, stderr: logLevel })),
  hasStderrTail: optional(boolean),
  transport: optional(objectOf({
    paramsLoader: withMethods("isDagsterPipesProcess", "loadContextParams", "loadMessagesParams"),
    contextLoader: withMethods("loadContext"),
    messageWriter: withMethods("open"),
  })),
});

/** @throws {DagsterPipesError} `invalid_argument` if an option is unknown or not of its type. */
export function checkSuperviseOptions(options: SuperviseOptions): void {
  checkOptions("supervise", SUPERVISE_SCHEMA, options);
}

function withMethods(...names: readonly string[]): Schema<unknown> {
  const hasMethods = (value: unknown): boolean =>
    typeof value === "object" && value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === "function");
  return optional(satisfying(hasMethods, `must be an object with ${names.join(", ")}`));
}
