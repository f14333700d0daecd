import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import type { PipesContextLoader, PipesMessageWriter, PipesParamsLoader } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import type { StandardSchemaV1 } from "./extras.ts";

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

/** How long a script that can notice a cancel may continue after it, by default. */
export const DEFAULT_SESSION_GRACE_SECONDS = 10;

/** The defaults that a second call may ask for. */
const OPTION_DEFAULTS: PipesOptions = {
  handleSignals: true,
  graceSeconds: DEFAULT_SESSION_GRACE_SECONDS,
  captureConsole: false,
};

/** Refuses options other than those of the open session. */
export function requireSameOptions(
  open: PipesOptions<unknown>,
  asked: PipesOptions<unknown>,
): void {
  const other = OPTION_NAMES.find((name) =>
    asked[name] !== undefined && asked[name] !== (open[name] ?? OPTION_DEFAULTS[name])
  );
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

const OPTION_NAMES = Object.keys(REQUIREMENTS) as (keyof PipesOptions)[];

/** Refuses unknown options, and values that an option cannot have. */
export function checkPipesOptions(options: unknown): void {
  if (!isRecord(options)) throw invalid(`The options must be an object, got ${kindOf(options)}`);
  for (const [key, value] of Object.entries(options)) {
    const name = OPTION_NAMES.find((name) => name === key);
    if (name === undefined) {
      const names = OPTION_NAMES.join(", ");
      throw invalid(`Unknown option ${JSON.stringify(key)}. The options are ${names}`);
    }
    const [expected, isMet] = REQUIREMENTS[name];
    if (value !== undefined && !isMet(value)) {
      throw invalid(`The option ${name} must be ${expected}, got ${kindOf(value)}`);
    }
  }
}

export function isStandardSchema(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    "~standard" in value;
}

/** Returns what a method of the params loader returned, if it is an object. */
export function requireParams(method: string, value: unknown): PipesParams {
  if (isRecord(value)) return value;
  throw invalid(`paramsLoader.${method} must return an object, got ${kindOf(value)}`);
}

/** Refuses a channel without the methods of one. */
export function requireChannel(channel: unknown): void {
  const [expected, isMet] = methods("writeMessage", "close");
  if (isMet(channel)) return;
  throw invalid(`messageWriter.open must return ${expected}, got ${kindOf(channel)}`);
}

function invalid(message: string): DagsterPipesError {
  return new DagsterPipesError("invalid_argument", message);
}
