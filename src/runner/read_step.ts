import { contextText, STEP_SCHEMAS, targetsOf } from "../dagster/step.ts";
import type { StepOptions, StepTargets } from "../dagster/step_options.ts";
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

/** Makes up a step, or reads one that Dagster wrote. */
export function readStep(
  { contextFile, ...step }: StepOptions & { readonly contextFile?: string | undefined },
): Step {
  if (contextFile === undefined) {
    const targets = targetsOf(step);
    return { context: contextText(step, targets), targets };
  }
  requireNoOther(step);
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

/** Refuses to make up a part of a step that is read. */
function requireNoOther(step: StepOptions): void {
  const options: Readonly<Record<string, unknown>> = { ...step };
  for (const name of Object.keys(STEP_SCHEMAS)) {
    if (name === "checks" || options[name] === undefined) continue;
    throw new DagsterPipesError(
      "invalid_argument",
      `${name} cannot be there with contextFile, which has all that a step is told`,
    );
  }
}
