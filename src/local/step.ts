import { DagsterPipesError } from "../errors.ts";
import { asciiJson } from "../json/ascii_json.ts";
import { copyValue } from "../json/copy_value.ts";
import { readArgument } from "../protocol/argument.ts";
import { assetKeyProblem, escapedAssetKey, partsOf } from "../protocol/asset_key.ts";
import { type PipesContextData, readContextData } from "../protocol/context.ts";
import type { PipesPartitionKeyRange } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { toPipesError } from "../runtime/system_error.ts";
import {
  STEP_OPTION_SCHEMAS,
  type StepCheck,
  type StepOptions,
  type StepTargets,
} from "./step_options.ts";

/** A step without Dagster: the context that a script gets, and what Dagster would expect of it. */
export interface LocalStep {
  /** The context as JSON text, as Dagster writes it. */
  readonly context: string;
  readonly targets: StepTargets;
}

/** Makes up a step, or reads the context of one from a file that Dagster wrote. */
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
  const declared = assetKeys?.map((key) => escapedAssetKey(partsOf(key)));
  return {
    // A step that only checks has assets, but none to make.
    assetKeys: declared ?? (checks.length > 0 ? [] : null),
    checks: checks.map((check, index) => {
      const option = `checks[${index}]`;
      const { checkName, assetKey } = typeof check === "string" ? declaredCheck(check) : check;
      if (assetKey !== undefined) {
        const problem = assetKeyProblem(assetKey);
        if (problem !== undefined) refuseStepOption(option, problem);
        return { checkName, assetKey: escapedAssetKey(partsOf(assetKey)) };
      }
      const [only, second] = declared ?? [];
      if (only !== undefined && second === undefined) return { checkName, assetKey: only };
      const count = only === undefined ? "none" : "several";
      const problem = `must name its asset, as in "orders:${checkName}": the step has ${count}`;
      return refuseStepOption(option, problem);
    }),
  };
}

/** Reads a check written `not_empty` or `orders:not_empty`: only the asset's key may have a colon. */
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
  const extras = readArgument("extras", (path) => asciiJson(copyValue(step.extras ?? {}, path)));
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

/** Makes an object with an entry for each asset of the step, as Dagster does; null for an op. */
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
