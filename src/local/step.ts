import * as v from "valibot";
import { DagsterPipesError } from "../errors.ts";
import { asciiJson } from "../json/write_json.ts";
import { copyValue } from "../json/copy_value.ts";
import { ValuePath } from "../json/path.ts";
import { assetKeyProblem, escapedAssetKey } from "../protocol/asset_key.ts";
import { type PipesContextData, readContextData } from "../protocol/context.ts";
import type { PipesAssetKey, PipesPartitionKeyRange } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { objectWithOnly, recordOf } from "../schemas.ts";
import type { StepCheck, StepOptions } from "./step_options.ts";

/** What a step makes and checks. */
export interface StepTargets {
  /** The escaped keys of its assets; null for an op. */
  readonly assetKeys: readonly string[] | null;
  /** The checks that it declares. */
  readonly checks: readonly { readonly assetKey: string; readonly checkName: string }[];
}

const ASSET_KEY_SCHEMA = v.custom<PipesAssetKey>(
  (key) => assetKeyProblem(key) === undefined,
  ({ input }) => assetKeyProblem(input) ?? "",
);

const CHECK_SCHEMA = v.lazy((check): v.GenericSchema<unknown, string | StepCheck> =>
  typeof check === "string"
    ? v.string()
    : objectWithOnly({ checkName: v.string(), assetKey: v.optional(ASSET_KEY_SCHEMA) })
);

const START_AND_END_SCHEMA = v.optional(objectWithOnly({ start: v.string(), end: v.string() }));

const PROVENANCE_SCHEMA = objectWithOnly({
  codeVersion: v.nullable(v.string()),
  inputDataVersions: recordOf(v.string()),
  isUserProvided: v.boolean(),
});

const RETRY_NUMBER_SCHEMA = v.pipe(
  v.number(),
  v.safeInteger("must be a whole number"),
  v.minValue(0, "must be 0 or more"),
);

/** The schema of each option of a step. */
export const STEP_OPTION_SCHEMAS: {
  readonly [Name in keyof StepOptions]-?: v.GenericSchema<unknown, StepOptions[Name]>;
} = {
  assetKeys: v.optional(v.array(ASSET_KEY_SCHEMA)),
  checks: v.optional(v.array(CHECK_SCHEMA)),
  extras: v.optional(v.unknown()),
  partitionKey: v.optional(v.string()),
  partitionKeyRange: START_AND_END_SCHEMA,
  partitionTimeWindow: START_AND_END_SCHEMA,
  runId: v.optional(v.string()),
  jobName: v.optional(v.nullable(v.string())),
  retryNumber: v.optional(RETRY_NUMBER_SCHEMA),
  codeVersionByAssetKey: v.optional(recordOf(v.nullable(v.string()))),
  provenanceByAssetKey: v.optional(recordOf(v.nullable(PROVENANCE_SCHEMA))),
};

/** The context of a step, and what Dagster expects of it. */
export interface LocalStep {
  /** JSON as Dagster writes it. */
  readonly context: string;
  readonly targets: StepTargets;
}

/** Creates a step from its options, or from a file with a context that Dagster wrote. */
export function localStep(
  options: StepOptions & { readonly contextFile?: string | undefined },
): LocalStep {
  const { contextFile, checks } = options;
  if (contextFile === undefined) {
    const targets = targetsOf(options);
    return { context: contextTextOf(options, targets), targets };
  }
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || option === "checks" || !(option in STEP_OPTION_SCHEMAS)) continue;
    refuseStepOption(option, "cannot be combined with contextFile, which holds all of the step");
  }
  const name = `the context at ${JSON.stringify(contextFile)}`;
  let context: string;
  try {
    context = currentRuntime().readText(contextFile);
  } catch (cause) {
    throw toPipesError("context_unavailable", `Cannot read ${name}`, cause);
  }
  const { asset_keys: assetKeys } = readContextData(context, name);
  return { context, targets: targetsOf({ assetKeys: assetKeys ?? undefined, checks }) };
}

function targetsOf({ assetKeys, checks = [] }: StepOptions): StepTargets {
  const declared = assetKeys?.map(escapedAssetKey);
  return {
    // A step that only checks assets does not make any.
    assetKeys: declared ?? (checks.length > 0 ? [] : null),
    checks: checks.map((check, index) => {
      const option = `checks[${index}]`;
      const { checkName, assetKey } = typeof check === "string" ? declaredCheck(check) : check;
      if (assetKey !== undefined) {
        const problem = assetKeyProblem(assetKey);
        if (problem !== undefined) refuseStepOption(option, problem);
        return { checkName, assetKey: escapedAssetKey(assetKey) };
      }
      const [only, second] = declared ?? [];
      if (only !== undefined && second === undefined) return { checkName, assetKey: only };
      const count = only === undefined ? "none" : "several";
      const problem = `must name its asset, as in "orders:${checkName}": the step has ${count}`;
      return refuseStepOption(option, problem);
    }),
  };
}

/** Parses `not_empty` or `orders:not_empty`. Only the asset's key may contain a colon. */
function declaredCheck(text: string): StepCheck {
  const split = text.lastIndexOf(":");
  const checkName = text.slice(split + 1);
  return split < 0 ? { checkName } : { checkName, assetKey: text.slice(0, split) };
}

function contextTextOf(step: StepOptions, { assetKeys }: StepTargets): string {
  const codeVersions = Object.entries(step.codeVersionByAssetKey ?? {});
  const provenance = Object.entries(step.provenanceByAssetKey ?? {})
    .map(([key, value]) =>
      [
        key,
        value && {
          code_version: value.codeVersion,
          input_data_versions: { ...value.inputDataVersions },
          is_user_provided: value.isUserProvided,
        },
      ] as const
    );
  const fields: Omit<PipesContextData, "extras"> = {
    asset_keys: assetKeys === null ? null : [...assetKeys],
    code_version_by_asset_key: perAsset(assetKeys, "codeVersionByAssetKey", codeVersions),
    provenance_by_asset_key: perAsset(assetKeys, "provenanceByAssetKey", provenance),
    partition_key: step.partitionKey ?? null,
    partition_key_range: partitionKeyRangeOf(step),
    partition_time_window: step.partitionTimeWindow ?? null,
    run_id: step.runId ?? crypto.randomUUID(),
    job_name: step.jobName === undefined ? "__ASSET_JOB" : step.jobName,
    retry_number: step.retryNumber ?? 0,
  };
  const extras = new ValuePath("extras").reading((path) =>
    asciiJson(copyValue(step.extras ?? {}, path))
  );
  // Dagster's `extras or {}` replaces these.
  const isFalsy = ["0", '""', "false", "[]"].includes(extras);
  return `${JSON.stringify(fields).slice(0, -1)},"extras":${isFalsy ? "{}" : extras}}`;
}

function partitionKeyRangeOf(step: StepOptions): PipesPartitionKeyRange | null {
  const { partitionKey, partitionKeyRange, partitionTimeWindow } = step;
  if (partitionKey !== undefined && partitionKeyRange !== undefined) {
    refuseStepOption("partitionKeyRange", "cannot be combined with partitionKey: set one of them");
  }
  if (partitionKeyRange !== undefined) return partitionKeyRange;
  if (partitionKey !== undefined) return { start: partitionKey, end: partitionKey };
  if (partitionTimeWindow === undefined) return null;
  return refuseStepOption("partitionTimeWindow", "needs a partitionKey or a partitionKeyRange");
}

/** Returns an object with an entry for each asset of the step, as Dagster does; null for an op. */
function perAsset<T>(
  assetKeys: StepTargets["assetKeys"],
  option: string,
  given: readonly (readonly [assetKey: string, value: T | null])[],
): Record<string, T | null> | null {
  const values = new Map(given);
  for (const key of values.keys()) {
    if (assetKeys?.includes(key)) continue;
    refuseStepOption(option, `names asset ${JSON.stringify(key)}, which the step does not have`);
  }
  return assetKeys && Object.fromEntries(assetKeys.map((key) => [key, values.get(key) ?? null]));
}

function refuseStepOption(option: string, why: string): never {
  throw new DagsterPipesError("invalid_argument", `${option} ${why}`);
}
