import * as v from "valibot";
import { objectWithOnly, requireOptions, SECONDS_SCHEMA } from "../local/schemas.ts";
import type { WatchdogOptions } from "../process/watchdog.ts";
import { PIPES_LOG_LEVELS } from "../protocol/messages.ts";
import type { StdioStream } from "../runtime/runtime.ts";
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
  /** @default as of a script without options */
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
    paramsLoader: methodsSchema("isDagsterPipesProcess", "loadContextParams", "loadMessagesParams"),
    contextLoader: methodsSchema("loadContext"),
    messageWriter: methodsSchema("open"),
  })),
};

/** @throws {DagsterPipesError} `invalid_argument` if an option is unknown or not of its type. */
export function checkSuperviseOptions(options: SuperviseOptions): void {
  requireOptions("supervise", SUPERVISE_SCHEMAS, options);
}

function methodsSchema(...names: readonly string[]): v.GenericSchema {
  const hasMethods = (value: unknown): boolean =>
    typeof value === "object" && value !== null &&
    names.every((name) => typeof Reflect.get(value, name) === "function");
  return v.optional(v.custom(hasMethods, `must be an object with ${names.join(", ")}`));
}
