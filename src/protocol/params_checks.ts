import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import { DAGSTER_PIPES_CONTEXT, DAGSTER_PIPES_MESSAGES } from "./params_codec.ts";
import type { PipesParams } from "./types.ts";

/** What params are used for, as errors about them describe it. */
export interface ParamsUse {
  /** What fails if they are wrong. */
  readonly action: string;
  /** The parameter that they come from. */
  readonly variable: string;
  /** What to do if they are meant for another loader or writer. */
  readonly advice: string;
}

/** The params that a context loader reads. */
export const CONTEXT_PARAMS: ParamsUse = {
  action: "load the context",
  variable: DAGSTER_PIPES_CONTEXT,
  advice: "Dagster's context injector may expect another context loader: pass it as contextLoader",
};

/** The params that a message writer reads. */
export const MESSAGES_PARAMS: ParamsUse = {
  action: "open the messages",
  variable: DAGSTER_PIPES_MESSAGES,
  advice: "Dagster's message reader may expect another message writer: pass it as messageWriter",
};

/** Returns a param that must be a string. */
export function requireStringParam(params: PipesParams, key: string, use: ParamsUse): string {
  const value = params[key];
  if (value === undefined) throw missingParams(params, `a "${key}"`, use);
  if (typeof value !== "string") throw wrongParam(params, key, "a string", use);
  return value;
}

/** Creates the error for a param with a wrong value. */
export function wrongParam(
  params: PipesParams,
  key: string,
  expected: string,
  { action, variable }: ParamsUse,
): DagsterPipesError {
  return new DagsterPipesError(
    "params_invalid",
    `Cannot ${action}: the "${key}" in ${variable} must be ${expected}, got ${kindOf(params[key])}`,
  );
}

/** Creates the error for params that lack what is needed. */
export function missingParams(
  params: PipesParams,
  expected: string,
  { action, variable, advice }: ParamsUse,
): DagsterPipesError {
  return new DagsterPipesError(
    "params_invalid",
    `Cannot ${action}: ${variable} must hold ${expected}, and has ${keysText(params)}. ${
      COMPOSITE_WRITERS_KEY in params ? COMPOSITE_ADVICE : advice
    }`,
  );
}

/** The key at which Dagster's `PipesCompositeMessageReader` puts the params of its writers. */
const COMPOSITE_WRITERS_KEY = "dagster_pipes_composite_writers";

const COMPOSITE_ADVICE =
  "These are for several writers: launch each by its own part of `get_per_writer_bootstrap_env_vars()`";

/** Lists the keys of params, at a length that a person can read. */
function keysText(params: PipesParams): string {
  const keys = Object.keys(params);
  if (keys.length === 0) return "no keys";
  const shown = keys.slice(0, 10).map((key) => key.length > 40 ? `${key.slice(0, 40)}…` : key);
  return `the keys ${shown.join(", ")}${keys.length > 10 ? " and others" : ""}`;
}
