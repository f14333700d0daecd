import * as v from "valibot";
import type { WatchdogOptions } from "../process/watchdog.ts";
import { PIPES_LOG_LEVELS } from "../protocol/messages.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { objectWithMethods, objectWithOnly, requireOptions, SECONDS_SCHEMA } from "../schemas.ts";
import type { PipesOptions } from "../session/options.ts";

/**
 * How a launcher reaches Dagster, with the defaults of a session. The command finds the context in
 * a file if there is a `contextLoader`, and else loads it itself.
 */
export type Transport = Pick<PipesOptions, "paramsLoader" | "contextLoader" | "messageWriter">;

/** How a command is supervised. */
export interface SuperviseOptions extends WatchdogOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /**
   * The level of the log messages that the lines of a stream become, if any. Lines that arrive
   * within 50 ms are one message.
   */
  readonly logLevels?: Readonly<Partial<Record<StdioStream, string>>> | undefined;
  /**
   * Whether the exception of a command that failed without a message of its own shows the end of
   * its stderr: at most 20 lines and 8 KiB. They may hold secrets, which `bash -x` prints. True by
   * default.
   */
  readonly hasStderrTail?: boolean | undefined;
  readonly transport?: Transport | undefined;
}

const LOG_LEVEL_SCHEMA = v.optional(v.picklist(PIPES_LOG_LEVELS));

const SUPERVISE_SCHEMAS = {
  command: v.pipe(v.array(v.string()), v.nonEmpty("must have at least one part")),
  timeoutSeconds: v.optional(SECONDS_SCHEMA),
  graceSeconds: v.optional(SECONDS_SCHEMA),
  logLevels: v.optional(objectWithOnly({ stdout: LOG_LEVEL_SCHEMA, stderr: LOG_LEVEL_SCHEMA })),
  hasStderrTail: v.optional(v.boolean()),
  transport: v.optional(objectWithOnly({
    paramsLoader: optionalPort("isDagsterPipesProcess", "loadContextParams", "loadMessagesParams"),
    contextLoader: optionalPort("loadContext"),
    messageWriter: optionalPort("open"),
  })),
};

/** @throws {DagsterPipesError} `invalid_argument` if an option is unknown or not of its type. */
export function checkSuperviseOptions(options: SuperviseOptions): void {
  requireOptions("supervise", SUPERVISE_SCHEMAS, options);
}

function optionalPort(...methods: readonly string[]): v.GenericSchema {
  return v.optional(objectWithMethods(`must be an object with ${methods.join(", ")}`, ...methods));
}
