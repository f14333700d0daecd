import { contextText, targetsOf } from "../local/step.ts";
import type { StepOptions, StepTargets } from "../local/step_options.ts";
import { DagsterPipesError } from "../errors.ts";
import { readContextData } from "../protocol/context.ts";
import { currentRuntime } from "../runtime/current.ts";
import { toPipesError } from "../runtime/system_error.ts";

/** A step: what a script is told of it, and what Dagster knows of it. */
export interface Step {
  /** The context, as Dagster writes it. */
  readonly context: string;
  readonly targets: StepTargets;
}

/** The options that make up a step, but for the checks that it declares. */
const MADE_UP: readonly (keyof StepOptions)[] = [
  "assetKeys",
  "extras",
  "partitionKey",
  "partitionKeyRange",
  "partitionTimeWindow",
  "runId",
  "jobName",
  "retryNumber",
  "codeVersionByAssetKey",
  "provenanceByAssetKey",
];

/** Makes up a step, or reads one that Dagster wrote. */
export function readStep(step: StepOptions & { readonly contextFile?: string | undefined }): Step {
  const { contextFile } = step;
  if (contextFile === undefined) {
    const targets = targetsOf(step);
    return { context: contextText(step, targets), targets };
  }
  const odd = MADE_UP.find((name) => step[name] !== undefined);
  if (odd !== undefined) {
    throw new DagsterPipesError(
      "invalid_argument",
      `${odd} cannot be there with contextFile, which has all that a step is told`,
    );
  }
  const name = `the context at ${JSON.stringify(contextFile)}`;
  let context: string;
  try {
    context = currentRuntime().readText(contextFile);
  } catch (cause) {
    throw toPipesError("context_unavailable", `Cannot read ${name}`, cause);
  }
  const { asset_keys: assetKeys } = readContextData(context, name);
  return {
    context,
    targets: targetsOf({ assetKeys: assetKeys ?? undefined, checks: step.checks }),
  };
}
