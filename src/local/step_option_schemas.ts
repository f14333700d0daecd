import * as v from "valibot";
import { assetKeyProblem } from "../protocol/asset_key.ts";
import type { PipesAssetKey } from "../protocol/types.ts";
import { objectWithOnly, recordOf } from "./schemas.ts";
import type { StepCheck, StepOptions } from "./step_options.ts";

const ASSET_KEY_SCHEMA = v.custom<PipesAssetKey>(
  (key) => assetKeyProblem(key) === undefined,
  ({ input }) => assetKeyProblem(input) ?? "",
);

const CHECK_SCHEMA: v.GenericSchema<unknown, StepCheck> = objectWithOnly({
  checkName: v.string(),
  assetKey: v.optional(ASSET_KEY_SCHEMA),
});

const START_AND_END_SCHEMA = v.optional(
  objectWithOnly({ start: v.string(), end: v.string() }),
);

const PROVENANCE_SCHEMA = objectWithOnly({
  codeVersion: v.nullable(v.string()),
  inputDataVersions: recordOf(v.string()),
  isUserProvided: v.boolean(),
});

/** The schema of each option of a step. */
export const STEP_OPTION_SCHEMAS: {
  readonly [Name in keyof StepOptions]-?: v.GenericSchema<unknown, StepOptions[Name]>;
} = {
  assetKeys: v.optional(v.array(ASSET_KEY_SCHEMA)),
  checks: v.optional(
    v.array(
      v.lazy((check): v.GenericSchema<unknown, string | StepCheck> =>
        typeof check === "string" ? v.string() : CHECK_SCHEMA
      ),
    ),
  ),
  extras: v.optional(v.unknown()),
  partitionKey: v.optional(v.string()),
  partitionKeyRange: START_AND_END_SCHEMA,
  partitionTimeWindow: START_AND_END_SCHEMA,
  runId: v.optional(v.string()),
  jobName: v.optional(v.nullable(v.string())),
  retryNumber: v.optional(
    v.pipe(
      v.number(),
      v.safeInteger("must be a whole number"),
      v.minValue(0, "must be 0 or more"),
    ),
  ),
  codeVersionByAssetKey: v.optional(recordOf(v.nullable(v.string()))),
  provenanceByAssetKey: v.optional(recordOf(v.nullable(PROVENANCE_SCHEMA))),
};
