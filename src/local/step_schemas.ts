import {
  anything,
  assetKey,
  boolean,
  count,
  listOf,
  mapOf,
  nullable,
  objectOf,
  optional,
  type Schema,
  string,
  stringOr,
} from "./options_schema.ts";
import type { StepOptions } from "./step_options.ts";

const span = objectOf({ start: string, end: string });
const provenance = objectOf({
  codeVersion: nullable(string),
  inputDataVersions: mapOf(string),
  isUserProvided: boolean,
});
const check = objectOf({ checkName: string, assetKey: optional(assetKey) });

/** The schemas of the options that make up a step. */
export const STEP_SCHEMAS: Readonly<Record<keyof StepOptions, Schema<unknown>>> = {
  assetKeys: optional(listOf(assetKey)),
  checks: optional(listOf(stringOr(check))),
  extras: optional(anything),
  partitionKey: optional(string),
  partitionKeyRange: optional(span),
  partitionTimeWindow: optional(span),
  runId: optional(string),
  jobName: optional(nullable(string)),
  retryNumber: optional(count),
  codeVersionByAssetKey: optional(mapOf(nullable(string))),
  provenanceByAssetKey: optional(mapOf(nullable(provenance))),
};
