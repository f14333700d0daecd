import { DagsterPipesError } from "../errors.ts";
import { jsonText } from "../json/value_text.ts";
import { readArgument } from "../protocol/argument.ts";
import { assetKeyProblem, escapedAssetKey, partsOf } from "../protocol/asset_key.ts";
import type { PipesContextData, WireProvenance } from "../protocol/context.ts";
import type {
  PipesAssetKey,
  PipesDataProvenance,
  PipesPartitionKeyRange,
} from "../protocol/types.ts";
import type { StepCheck, StepOptions, StepTargets } from "./step_options.ts";

/** The targets of a step. */
export function targetsOf({ assetKeys, checks = [] }: StepOptions): StepTargets {
  // A step that only checks has assets, but none to make.
  const keys = assetKeys?.map(escaped) ?? (checks.length > 0 ? [] : null);
  return {
    assetKeys: keys,
    checks: checks.map((check, index) => {
      const { checkName, assetKey } = typeof check === "string" ? readCheck(check) : check;
      const problem = assetKey === undefined ? undefined : assetKeyProblem(assetKey);
      if (problem !== undefined) refuse(`checks[${index}]`, problem);
      if (assetKey !== undefined) return { checkName, assetKey: escaped(assetKey) };
      const [only, second] = keys ?? [];
      if (only !== undefined && second === undefined) return { checkName, assetKey: only };
      return refuse(
        `checks[${index}]`,
        `must name its asset, as in "orders:${checkName}": the step has ${
          only === undefined ? "none" : "several"
        }`,
      );
    }),
  };
}

/** The context of a step, as Dagster writes it. */
export function contextText(step: StepOptions, { assetKeys }: StepTargets): string {
  const range = rangeOf(step);
  const { codeVersionByAssetKey: codeVersions = {} } = step;
  const provenance = Object.entries(step.provenanceByAssetKey ?? {})
    .map(([key, told]) => [key, wireProvenance(told)] as const);
  const fields: Omit<PipesContextData, "extras"> = {
    asset_keys: assetKeys === null ? null : [...assetKeys],
    code_version_by_asset_key: perAsset(
      assetKeys,
      "codeVersionByAssetKey",
      Object.entries(codeVersions),
    ),
    provenance_by_asset_key: perAsset(assetKeys, "provenanceByAssetKey", provenance),
    partition_key: step.partitionKey ?? null,
    partition_key_range: range,
    partition_time_window: step.partitionTimeWindow ?? null,
    run_id: step.runId ?? crypto.randomUUID(),
    job_name: step.jobName === undefined ? "__ASSET_JOB" : step.jobName,
    retry_number: step.retryNumber ?? 0,
  };
  const extras = readArgument("extras", (path) => jsonText(step.extras ?? {}, path));
  // Dagster passes none along in the place of these.
  const isNothing = ["0", '""', "false", "[]"].includes(extras);
  return `${JSON.stringify(fields).slice(0, -1)},"extras":${isNothing ? "{}" : extras}}`;
}

/** The partitions of a step, or null where it has none. */
function rangeOf(step: StepOptions): PipesPartitionKeyRange | null {
  const { partitionKey, partitionKeyRange, partitionTimeWindow } = step;
  if (partitionKey !== undefined && partitionKeyRange !== undefined) {
    refuse("partitionKeyRange", "cannot be there with partitionKey: a step has one or the other");
  }
  if (partitionKeyRange !== undefined) return partitionKeyRange;
  if (partitionKey !== undefined) return { start: partitionKey, end: partitionKey };
  if (partitionTimeWindow === undefined) return null;
  return refuse("partitionTimeWindow", "needs a partitionKey or a partitionKeyRange");
}

/** A map that has an entry for each asset of the step, as Dagster's have; null for an op. */
function perAsset<T>(
  assetKeys: StepTargets["assetKeys"],
  option: string,
  given: Iterable<readonly [string, T | null]>,
): Record<string, T | null> | null {
  const entries = new Map(given);
  for (const key of entries.keys()) {
    if (assetKeys?.includes(key)) continue;
    refuse(option, `names asset ${JSON.stringify(key)}, which the step does not have`);
  }
  if (assetKeys === null) return null;
  return Object.fromEntries(assetKeys.map((key) => [key, entries.get(key) ?? null]));
}

function wireProvenance(provenance: PipesDataProvenance | null): WireProvenance | null {
  if (provenance === null) return null;
  return {
    code_version: provenance.codeVersion,
    input_data_versions: { ...provenance.inputDataVersions },
    is_user_provided: provenance.isUserProvided,
  };
}

/** A check written `not_empty` or `orders:not_empty`: its name has no colon, an asset's may. */
function readCheck(text: string): StepCheck {
  const split = text.lastIndexOf(":");
  const checkName = text.slice(split + 1);
  return split < 0 ? { checkName } : { checkName, assetKey: text.slice(0, split) };
}

function escaped(key: PipesAssetKey): string {
  return escapedAssetKey(partsOf(key));
}

function refuse(option: string, why: string): never {
  throw new DagsterPipesError("invalid_argument", `${option} ${why}`);
}
