import { isRecord, kindOf } from "../json/kinds.ts";
import type { PipesContextLoader } from "../ports.ts";
import { DagsterPipesError } from "../errors.ts";
import type { PipesParamsLoader } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import type { PipesMessageWriter } from "../ports.ts";
import type { StandardSchemaV1 } from "./extras/standard_schema.ts";

/**
 * How a session is opened. `E` is the type of its extras.
 */
export interface PipesOptions<E = Record<string, unknown>> {
  /** Finds the two parameters of Dagster. Default: `new PipesEnvVarParamsLoader()`. */
  readonly paramsLoader?: PipesParamsLoader | undefined;
  /** Reads the context. Default: `new PipesDefaultContextLoader()`. */
  readonly contextLoader?: PipesContextLoader | undefined;
  /** Sends the messages. Default: `new PipesDefaultMessageWriter()`. */
  readonly messageWriter?: PipesMessageWriter | undefined;
  /**
   * Checks the extras, and gives them their type: a schema of valibot, zod, arktype or any other
   * library that implements Standard Schema.
   */
  readonly extrasSchema?: StandardSchemaV1<unknown, E> | undefined;
  /**
   * Whether SIGINT and SIGTERM cancel the session. Default: true.
   *
   * A signal that comes while the script works synchronously is seen when that work ends: at the next
   * `await`, or at the close at the latest. A loop that never ends sees none, on any runtime, and
   * keeps the process from being ended by it: run such work under the launcher
   * (`dagsterpipes supervise`), which kills it after its grace, and tells Dagster.
   */
  readonly handleSignals?: boolean | undefined;
  /**
   * The time from a cancel to the close of the session, in seconds: 0 to 17, since Dagster waits
   * 20. Default: 10.
   */
  readonly graceSeconds?: number | undefined;
  /** Whether `console.*` become Dagster log messages. Default: false. */
  readonly captureConsole?: boolean | undefined;
}

/** The defaults of the options that have a value for one. */
export const DEFAULTS: {
  readonly handleSignals: boolean;
  readonly graceSeconds: number;
  readonly captureConsole: boolean;
} = { handleSignals: true, graceSeconds: 10, captureConsole: false };

type Check = readonly [expected: string, holds: (value: unknown) => boolean];

const has = (...methods: string[]): Check => [
  `an object with ${methods.join(", ")}`,
  (value) =>
    typeof value === "object" && value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === "function"),
];
const boolean: Check = ["true or false", (value) => typeof value === "boolean"];

const CHECKS: Readonly<Record<keyof PipesOptions, Check>> = {
  paramsLoader: has("isDagsterPipesProcess", "loadContextParams", "loadMessagesParams"),
  contextLoader: has("loadContext"),
  messageWriter: has("open"),
  extrasSchema: [
    "a schema of the Standard Schema kind",
    isStandardSchema,
  ],
  handleSignals: boolean,
  graceSeconds: [
    "seconds from 0 to 17",
    (value) => typeof value === "number" && value >= 0 && value <= 17,
  ],
  captureConsole: boolean,
};

/** Whether a value is a schema of the Standard Schema kind. */
export function isStandardSchema(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    "~standard" in value;
}

const PARAMS: Check = ["an object", isRecord];
const CHANNEL: Check = has("writeMessage", "close");

/** The parameters that a loader gave. Refuses what is none. */
export function requireParams(method: string, value: unknown): PipesParams {
  requireGiven(`paramsLoader.${method}`, value, PARAMS);
  return value as PipesParams;
}

/** Refuses what is no channel. */
export function requireChannel(value: unknown): void {
  requireGiven("messageWriter.open", value, CHANNEL);
}

function requireGiven(giver: string, value: unknown, [expected, holds]: Check): void {
  if (holds(value)) return;
  throw new DagsterPipesError(
    "invalid_argument",
    `${giver} must give ${expected}, got ${kindOf(value)}`,
  );
}

/** Refuses options that are not there, or not of their kind. */
export function checkOptions(options: unknown): void {
  if (!isRecord(options)) {
    throw new DagsterPipesError(
      "invalid_argument",
      `The options must be an object, got ${kindOf(options)}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof PipesOptions] : undefined;
    if (check === undefined) {
      throw new DagsterPipesError(
        "invalid_argument",
        `There is no option ${JSON.stringify(name)}: there is ${Object.keys(CHECKS).join(", ")}`,
      );
    }
    const [expected, holds] = check;
    if (value !== undefined && !holds(value)) {
      throw new DagsterPipesError(
        "invalid_argument",
        `The option ${name} must be ${expected}, got ${kindOf(value)}`,
      );
    }
  }
}

/** Refuses a second open that asks for something else than the session that is open has. */
export function requireSameOptions<E, F>(open: PipesOptions<E>, asked: PipesOptions<F>): void {
  const defaults: PipesOptions = DEFAULTS;
  for (const name of Object.keys(asked) as (keyof PipesOptions)[]) {
    const other = asked[name];
    if (other === undefined || other === (open[name] ?? defaults[name])) {
      continue;
    }
    throw new DagsterPipesError(
      "options_conflict",
      `Cannot open a session with another ${name}: one is open already, and is shared. Leave the options out, or close it first`,
    );
  }
}
