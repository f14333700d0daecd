import type { StepRecording } from "./recording.ts";

/**
 * What is wrong with a step, in a word.
 *
 * | code | Dagster | meaning |
 * | --- | --- | --- |
 * | `process_failed` | fails the step | the process ended with another code than 0, or by a signal |
 * | `unknown_asset` | fails the step | a report on an asset that the step does not have |
 * | `undeclared_check` | fails the step | the result of a check that the step does not declare |
 * | `reported_twice` | fails the step | two materializations of an asset, or results of a check |
 * | `missing_check` | fails the step | the result of a check that the step declares is missing |
 * | `no_messages` | warns | no session was opened |
 * | `not_closed` | warns | the session was not closed: messages may be missing |
 * | `closed_with_exception` | shows it | the session failed, and the process ended with exit code 0 |
 * | `after_closed` | warns | a message came after the session was closed |
 * | `unreadable_message` | shows it | a line that Dagster cannot read: what comes after it is lost |
 */
export type StepProblemCode =
  | "process_failed"
  | "unknown_asset"
  | "undeclared_check"
  | "reported_twice"
  | "missing_check"
  | "no_messages"
  | "not_closed"
  | "closed_with_exception"
  | "after_closed"
  | "unreadable_message";

/** Something that Dagster would warn of, or fail the step for. */
export interface StepProblem {
  /** `"failure"`: Dagster fails the step. `"warning"`: the step succeeds anyway. */
  readonly severity: "warning" | "failure";
  /** What is wrong, in a word. */
  readonly code: StepProblemCode;
  /** What happened. */
  readonly message: string;
}

/** How the process of a step ended: with a code or by a signal, the other being null. */
export interface StepProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** What was done to it that fails the step whatever it ended with, as in `was cancelled`. */
  readonly wasEnded?: string | undefined;
}

const FAILURE_CODES: ReadonlySet<StepProblemCode> = new Set([
  "process_failed",
  "unknown_asset",
  "undeclared_check",
  "reported_twice",
  "missing_check",
]);

/** Returns what Dagster would report about a step as it was recorded. */
export function problemsOf(recording: StepRecording): StepProblem[] {
  const { targets, processEnd } = recording;
  const isFailed = processEnd.code !== 0 || processEnd.wasEnded !== undefined;
  return [
    ...messageProblems(recording),
    ...(isFailed ? [processFailed(recording)] : exceptionProblems(recording)),
    // If the process failed, Dagster does not look at what it reported.
    ...(isFailed || targets.assetKeys === null ? [] : resultProblems(recording)),
  ];
}

/** Whether Dagster would report a step with these problems as succeeded. */
export function isSuccess(problems: readonly StepProblem[]): boolean {
  return problems.every(({ severity }) => severity !== "failure");
}

function messageProblems(
  { isOpened, closed, lateMethods, unreadableLine }: StepRecording,
): StepProblem[] {
  const problems = lateMethods.map((method) =>
    stepProblem("after_closed", `A message (${method}) came after the session was closed`)
  );
  if (unreadableLine !== undefined) {
    const text = "Dagster cannot read a line, and reads none that came after it";
    problems.push(stepProblem("unreadable_message", `${text}: ${unreadableLine}`));
  }
  if (!isOpened) {
    const text = "The process opened no session with Dagster: it did not come to withDagsterPipes";
    problems.push(stepProblem("no_messages", text));
  } else if (closed === undefined) {
    const text = "The session was not closed: what was sent last may be lost";
    problems.push(stepProblem("not_closed", text));
  }
  return problems;
}

function processFailed({ closed, processEnd }: StepRecording): StepProblem {
  const { code, signal, wasEnded } = processEnd;
  const first = wasEnded === undefined ? "" : `${wasEnded}, and `;
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  const why = closed?.exception === undefined ? "" : `: ${closed.exception.message}`;
  return stepProblem("process_failed", `The process ${first}ended ${how}${why}`);
}

/** Dagster shows an exception in the log of the run, but only looks at the exit code. */
function exceptionProblems({ closed }: StepRecording): StepProblem[] {
  if (closed?.exception === undefined) return [];
  const what = `The session was closed with an exception: ${closed.exception.message}`;
  return [
    stepProblem("closed_with_exception", `${what}. The step succeeds, as the exit code is 0`),
  ];
}

/** What Dagster finds when it goes through the results of a process that ended well. */
function resultProblems({ targets, materializations, checks }: StepRecording): StepProblem[] {
  const assets = new Set(targets.assetKeys);
  const knownAssets = new Set([...assets, ...targets.checks.map(({ assetKey }) => assetKey)]);
  const declaredChecks = new Set(targets.checks.map(checkLabel));
  const reported = new Set<string>();
  const problems: StepProblem[] = [];
  const take = (label: string): void => {
    if (reported.has(label)) {
      problems.push(stepProblem("reported_twice", `${label} was reported twice`));
    }
    reported.add(label);
  };
  const refuseAsset = (assetKey: string, what: string): void => {
    const text = `Asset ${assetKey} was ${what}, and the step does not have it`;
    problems.push(stepProblem("unknown_asset", text));
  };
  for (const { assetKey } of materializations) {
    if (assets.has(assetKey)) take(`The materialization of asset ${assetKey}`);
    else refuseAsset(assetKey, "materialized");
  }
  for (const check of checks) {
    const label = checkLabel(check);
    if (declaredChecks.has(label)) take(label);
    else if (!knownAssets.has(check.assetKey)) refuseAsset(check.assetKey, "checked");
    else {
      const advice = "name it in check_specs on Dagster's side (here: --check, or checks)";
      const text = `${label} was reported, and is not declared: ${advice}`;
      problems.push(stepProblem("undeclared_check", text));
    }
  }
  for (const label of declaredChecks) {
    if (!reported.has(label)) problems.push(stepProblem("missing_check", `${label} has no result`));
  }
  return problems;
}

function checkLabel(check: { readonly checkName: string; readonly assetKey: string }): string {
  return `Check ${check.checkName} of asset ${check.assetKey}`;
}

function stepProblem(code: StepProblemCode, message: string): StepProblem {
  return { severity: FAILURE_CODES.has(code) ? "failure" : "warning", code, message };
}
