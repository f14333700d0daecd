/**
 * Runs the scripts of the example project without Dagster, to be held against what they do in it.
 *
 * @module
 */
import {
  runPipesSession,
  type RunPipesSessionOptions,
  type RunPipesSessionResult,
} from "@dagsterpipes/pipes/runner";
import type { StoredRun } from "../dagster/harness.ts";
import { METADATA_CLASSES } from "../dagster/metadata_classes.ts";
import type { ProjectCopy } from "./copy.ts";
import { LONG_LINE_FOLLOWS } from "../kit/messages.ts";

const DEFS = "src/orders/defs";
const DENO = ["deno", "run", "-A"];
const SUPERVISE = ["node_modules/.bin/dagsterpipes", "supervise", "--log", "stdout=INFO", "--"];

/** Dagster runs it along with its asset: that of `defs/checks_only`. */
const CHECK_OF_ANOTHER_STEP = "is_sorted";

function day(number: number): RunPipesSessionOptions {
  const at = (number: number) => `2026-01-0${number}`;
  return {
    command: ["bun", "run", `${DEFS}/daily_revenue/daily_revenue.ts`],
    assetKeys: ["daily_revenue"],
    partitionKey: at(number),
    partitionTimeWindow: {
      start: `${at(number)}T00:00:00+00:00`,
      end: `${at(number + 1)}T00:00:00+00:00`,
    },
  };
}

/** Each script, as its `defs.yaml` has it, by the name of its run in `python/runs.py`. */
const STEPS: Readonly<Record<string, RunPipesSessionOptions>> = {
  "ingest": {
    command: [...DENO, `${DEFS}/ingest/ingest.ts`],
    assetKeys: ["orders"],
    checks: ["not_empty"],
    extras: { days: 14, threshold: 1 },
  },
  "day 1": day(1),
  "day 2": day(2),
  "day 3": day(3),
  "day 4": day(4),
  "forecast": {
    command: ["node", `${DEFS}/forecast/forecast.ts`],
    assetKeys: ["forecast"],
    checks: ["enough_days", "fits"],
  },
  "best_sellers": {
    command: [...DENO, `${DEFS}/best_sellers/best_sellers.ts`],
    assetKeys: ["best/products", "best/customers"],
  },
  "archive": {
    command: [...SUPERVISE, "bash", `${DEFS}/archive/archive.sh`],
    assetKeys: ["archive"],
    checks: ["unpacks"],
    env: { LEVEL: "9" },
  },
  "refunds": {
    command: ["node", `${DEFS}/refunds/refunds.ts`],
    assetKeys: ["payments", "refunds"],
  },
};

/** Runs them one after the other, as each needs what the ones before made. */
export async function runWithoutDagster(
  { path, env }: ProjectCopy,
): Promise<Readonly<Record<string, RunPipesSessionResult>>> {
  const results: Record<string, RunPipesSessionResult> = {};
  const all = { ...env, PATH: `${path}/node_modules/.bin:${env.PATH}` };
  for (const [name, step] of Object.entries(STEPS)) {
    const options = { ...step, cwd: path, env: { ...all, ...step.env } };
    results[name] = await runPipesSession({ ...options, stdio: "capture" });
  }
  return results;
}

/** What the runner says of a run, in words that Dagster's are brought into as well. */
export function saidByRunner(result: RunPipesSessionResult): unknown {
  return {
    ok: result.ok,
    materializations: result.materializations.map(({ assetKey, metadata }) => ({
      assetKey,
      metadata: Object.entries(metadata).map(([label, { type }]) => [
        label,
        METADATA_CLASSES[type],
      ]),
    })),
    checks: result.checks.map(({ checkName, passed, severity }) => ({
      checkName,
      passed,
      severity,
    })),
    logs: result.logs,
    exception: result.closed?.exception?.message,
  };
}

/** What Dagster stored of a run. */
export function saidByDagster(run: StoredRun): unknown {
  return {
    ok: run.success,
    materializations: run.materializations.map(({ assetKey, metadata }) => ({
      assetKey: assetKey.join("/"),
      metadata: Object.entries(metadata).map(([label, { class: name }]) => [label, name]),
    })),
    checks: run.checks.filter(({ checkName }) => checkName !== CHECK_OF_ANOTHER_STEP)
      .map(({ checkName, passed, severity }) => ({ checkName, passed, severity })),
    logs: run.logs.filter(({ message }) =>
      !message.startsWith("[pipes]") && !LONG_LINE_FOLLOWS.test(message)
    ),
    exception: run.engineErrors[0]?.error.message.trim(),
  };
}
