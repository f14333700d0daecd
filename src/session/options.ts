import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import type { PipesContextLoader, PipesMessageWriter, PipesParamsLoader } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import type { StandardSchemaV1 } from "./extras/standard_schema.ts";

/**
 * Options of a session. `E` is the type of its extras.
 */
export interface PipesOptions<E = Record<string, unknown>> {
  /**
   * Finds the two parameters of Dagster.
   *
   * @default {new PipesEnvVarParamsLoader()}
   */
  readonly paramsLoader?: PipesParamsLoader | undefined;
  /**
   * Reads the context.
   *
   * @default {new PipesDefaultContextLoader()}
   */
  readonly contextLoader?: PipesContextLoader | undefined;
  /**
   * Sends the messages.
   *
   * @default {new PipesDefaultMessageWriter()}
   */
  readonly messageWriter?: PipesMessageWriter | undefined;
  /**
   * Checks the extras and types them: a schema of valibot, zod, arktype or another library that
   * implements Standard Schema. By default the extras are not checked.
   */
  readonly extrasSchema?: StandardSchemaV1<unknown, E> | undefined;
  /**
   * Whether SIGINT and SIGTERM cancel the session.
   *
   * A signal that arrives during synchronous work is handled when that work ends: at the next
   * `await`, or at the close at the latest. A loop that never ends handles none, on any runtime, and
   * also keeps the signal from ending the process. Run such work under the launcher
   * (`dagsterpipes supervise`), which kills it after a grace period and reports that to Dagster.
   *
   * @default {true}
   */
  readonly handleSignals?: boolean | undefined;
  /**
   * The time from a cancel to the close of the session, in seconds. At most 17, because Dagster waits
   * 20.
   *
   * @default {10}
   */
  readonly graceSeconds?: number | undefined;
  /**
   * Whether what `console` prints becomes Dagster log messages.
   *
   * @default {false}
   */
  readonly captureConsole?: boolean | undefined;
}

/** How long a script that can notice a cancel may continue after it, if it does not ask for a time. */
export const DEFAULT_SESSION_GRACE_SECONDS = 10;

/**
 * The options of a session with their defaults, except that of `contextLoader`: its code is loaded
 * only after the first message.
 */
export interface SessionOptions<E = unknown> extends PipesOptions<E> {
  readonly paramsLoader: PipesParamsLoader;
  readonly messageWriter: PipesMessageWriter;
  readonly handleSignals: boolean;
  readonly graceSeconds: number;
  readonly captureConsole: boolean;
  /** The names of the options that the caller set. */
  readonly given: readonly (keyof PipesOptions)[];
}

/** Checks options, and fills in the defaults. */
export function sessionOptions<E>(options: PipesOptions<E>): SessionOptions<E> {
  const given = checkPipesOptions(options);
  return {
    ...options,
    paramsLoader: options.paramsLoader ?? new PipesEnvVarParamsLoader(),
    messageWriter: options.messageWriter ?? new PipesDefaultMessageWriter(),
    handleSignals: options.handleSignals ?? true,
    graceSeconds: options.graceSeconds ?? DEFAULT_SESSION_GRACE_SECONDS,
    captureConsole: options.captureConsole ?? false,
    given,
  };
}

/** Refuses options for a session that is open with other ones. */
export function requireSameOptions(open: SessionOptions, asked: SessionOptions): void {
  const other = asked.given.find((name) => asked[name] !== open[name]);
  if (other === undefined) return;
  throw new DagsterPipesError(
    "options_conflict",
    `Cannot open a session with another ${other}: one is open already, and is shared. Leave the options out, or close it first`,
  );
}

/** What a value must be, and whether it is that. */
type Requirement = readonly [expected: string, isMet: (value: unknown) => boolean];

const aBoolean: Requirement = ["true or false", (value) => typeof value === "boolean"];

function methods(...names: string[]): Requirement {
  return [
    `an object with ${names.join(", ")}`,
    (value) =>
      typeof value === "object" && value !== null &&
      names.every((name) => typeof Reflect.get(value, name) === "function"),
  ];
}

const REQUIREMENTS: Readonly<Record<keyof PipesOptions, Requirement>> = {
  paramsLoader: methods("isDagsterPipesProcess", "loadContextParams", "loadMessagesParams"),
  contextLoader: methods("loadContext"),
  messageWriter: methods("open"),
  extrasSchema: ["a schema of the Standard Schema kind", isStandardSchema],
  handleSignals: aBoolean,
  graceSeconds: [
    "seconds from 0 to 17",
    (value) => typeof value === "number" && value >= 0 && value <= 17,
  ],
  captureConsole: aBoolean,
};

/** Checks options, and returns the names of those that are set. */
export function checkPipesOptions(options: unknown): (keyof PipesOptions)[] {
  const refuse = (message: string): never => {
    throw new DagsterPipesError("invalid_argument", message);
  };
  if (!isRecord(options)) return refuse(`The options must be an object, got ${kindOf(options)}`);
  const given: (keyof PipesOptions)[] = [];
  for (const [name, value] of Object.entries(options)) {
    if (!isOptionName(name)) {
      const names = Object.keys(REQUIREMENTS).join(", ");
      return refuse(`Unknown option ${JSON.stringify(name)}. The options are ${names}`);
    }
    if (value === undefined) continue;
    const [expected, isMet] = REQUIREMENTS[name];
    if (!isMet(value)) refuse(`The option ${name} must be ${expected}, got ${kindOf(value)}`);
    given.push(name);
  }
  return given;
}

function isOptionName(name: string): name is keyof PipesOptions {
  return Object.hasOwn(REQUIREMENTS, name);
}

/** Whether a value is a schema of the Standard Schema kind. */
export function isStandardSchema(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    "~standard" in value;
}

/** Refuses parameters that are not an object. */
export function requireParams(method: string, value: unknown): PipesParams {
  if (isRecord(value)) return value;
  throw wrongResult(`paramsLoader.${method}`, "an object", value);
}

/** Refuses a channel without the methods of one. */
export function requireChannel(channel: unknown): void {
  const [expected, isMet] = methods("writeMessage", "close");
  if (!isMet(channel)) throw wrongResult("messageWriter.open", expected, channel);
}

function wrongResult(method: string, expected: string, result: unknown): DagsterPipesError {
  const text = `${method} must return ${expected}, got ${kindOf(result)}`;
  return new DagsterPipesError("invalid_argument", text);
}
