import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import type { PipesParams } from "../protocol/types.ts";
import { MESSAGES_PARAMS, requireStringParam, wrongParam } from "../protocol/params_checks.ts";

/** Refuses what is no client of the store, before it fails at each attempt. */
export function requireClient(
  client: unknown,
  methods: readonly (readonly string[])[],
  expected: string,
): void {
  const hasMethods = isRecord(client) &&
    methods.some((names) => names.every((name) => typeof client[name] === "function"));
  if (hasMethods) return;
  throw new DagsterPipesError(
    "invalid_argument",
    `The option client must be ${expected}, got ${kindOf(client)} without its methods`,
  );
}

/** Where the chunks of a session are, by the params of Dagster's reader for a blob store. */
export interface ChunkPlace {
  readonly bucket: string;
  keyOf(index: number): string;
}

/** Reads the params of Dagster's reader for a blob store. */
export function chunkPlace(params: PipesParams): ChunkPlace {
  const bucket = requireStringParam(params, "bucket", MESSAGES_PARAMS);
  const { key_prefix: prefix } = params;
  if (prefix !== undefined && prefix !== null && typeof prefix !== "string") {
    throw wrongParam(params, "key_prefix", "a string", MESSAGES_PARAMS);
  }
  return {
    bucket,
    keyOf: (index) => prefix ? `${prefix}/${index}.json` : `${index}.json`,
  };
}
