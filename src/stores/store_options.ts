import * as v from "valibot";
import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";
import type { ChunkChannelOptions } from "./chunks/chunk_channel.ts";

/** Timers of JavaScript take at most 2^31 milliseconds. */
const MAX_TIMER_SECONDS = 2_000_000;

const FINITE = v.pipe(v.number("must be a number"), v.finite("must be finite"));

const NOT_NEGATIVE = v.pipe(FINITE, v.minValue(0, "must not be negative"));

const SENDING_OPTIONS = v.strictObject({
  intervalSeconds: v.optional(v.pipe(FINITE, v.gtValue(0, "must be above 0")), 10),
  deadlineSeconds: v.optional(
    v.pipe(NOT_NEGATIVE, v.maxValue(MAX_TIMER_SECONDS, `must be at most ${MAX_TIMER_SECONDS}`)),
    60,
  ),
  maxUnsentBytes: v.optional(NOT_NEGATIVE, 256 * 1024 * 1024),
});

/** A schema for an object with methods, such as the client of a store. */
export function withMethods<T>(
  message: string,
  ...methods: readonly (keyof T & string)[]
): v.CustomSchema<T, string> {
  const hasMethods = (value: unknown): boolean =>
    isRecord(value) && methods.every((method) => typeof value[method] === "function");
  return v.custom<T, string>(hasMethods, message);
}

/** Checks the options of a message writer that are the same for every store. Fills in the defaults. */
export function parseSendingOptions(options: unknown): ChunkChannelOptions {
  return parseStoreOptions(SENDING_OPTIONS, options);
}

/** Checks options against a schema of an object. */
export function parseStoreOptions<T>(
  schema: v.GenericSchema<unknown, T> & { readonly entries: v.ObjectEntries },
  options: unknown,
): T {
  const result = v.safeParse(schema, options);
  if (result.success) return result.output;
  const names = Object.keys(schema.entries).join(", ");
  const problems = result.issues.map(({ path, expected, message, input }) => {
    if (path === undefined) return `The options must be an object, got ${kindOf(input)}`;
    const [{ key }] = path;
    if (expected === "never") return `There is no option ${key}: the options are ${names}`;
    if (expected === `"${key}"`) return `The option ${key} is missing`;
    return `The option ${key} ${message}, got ${kindOf(input)}`;
  });
  throw new DagsterPipesError("invalid_argument", problems.join(". "));
}
