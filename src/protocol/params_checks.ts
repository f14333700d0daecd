import { DagsterPipesError } from "../errors.ts";
import { kindOf } from "../json/kinds.ts";
import { DAGSTER_PIPES_CONTEXT, DAGSTER_PIPES_MESSAGES } from "./params_codec.ts";
import type { PipesParams } from "./types.ts";

/** How errors describe params. */
export interface ParamsUse {
  /** What fails if the params are wrong. */
  readonly action: string;
  readonly variable: string;
  /** What to do if the params are meant for another loader or writer. */
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
  const problem = `the "${key}" in ${variable} must be ${expected}, got ${kindOf(params[key])}`;
  return new DagsterPipesError("params_invalid", `Cannot ${action}: ${problem}`);
}

/** Creates the error for params that lack what is needed. */
export function missingParams(
  params: PipesParams,
  expected: string,
  { action, variable, advice }: ParamsUse,
): DagsterPipesError {
  const problem = `${variable} must hold ${expected}, but has ${keysText(params)}`;
  const shownAdvice = COMPOSITE_WRITERS_KEY in params ? COMPOSITE_ADVICE : advice;
  return new DagsterPipesError("params_invalid", `Cannot ${action}: ${problem}. ${shownAdvice}`);
}

/** The key at which Dagster's `PipesCompositeMessageReader` puts the params of its writers. */
const COMPOSITE_WRITERS_KEY = "dagster_pipes_composite_writers";

const COMPOSITE_ADVICE =
  "These are for several writers: launch each process with its own part of `get_per_writer_bootstrap_env_vars()`";

/** Lists the keys of params, at a length that a person can read. */
function keysText(params: PipesParams): string {
  const keys = Object.keys(params);
  if (keys.length === 0) return "no keys";
  const shown = keys.slice(0, 10).map((key) => key.length > 40 ? `${key.slice(0, 40)}…` : key);
  return `the keys ${shown.join(", ")}${keys.length > 10 ? " and others" : ""}`;
}
