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
  return Array.from(findings(recording), ([code, message]) => (
    { severity: FAILURE_CODES.has(code) ? "failure" : "warning", code, message }
  ));
}

type Findings = Generator<readonly [code: StepProblemCode, message: string], void>;

function* findings(recording: StepRecording): Findings {
  const { targets, closed, lateMethods, unreadableLine, processEnd } = recording;
  for (const method of lateMethods) {
    yield ["after_closed", `A message (${method}) came after the session was closed`];
  }
  if (unreadableLine !== undefined) {
    const text = "Dagster cannot read a line, and reads none that came after it";
    yield ["unreadable_message", `${text}: ${unreadableLine}`];
  }
  if (!recording.isOpened) {
    const text = "The process opened no session with Dagster: it did not come to withDagsterPipes";
    yield ["no_messages", text];
  } else if (closed === undefined) {
    yield ["not_closed", "The session was not closed: what was sent last may be lost"];
  }
  const reason = closed?.exception?.message;
  const { code, signal, wasEnded } = processEnd;
  if (code !== 0 || wasEnded !== undefined) {
    const first = wasEnded === undefined ? "" : `${wasEnded}, and `;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const why = reason === undefined ? "" : `: ${reason}`;
    yield ["process_failed", `The process ${first}ended ${how}${why}`];
    // Dagster does not look at what a process that failed reported.
    return;
  }
  if (reason !== undefined) {
    // Dagster shows an exception in the log of the run, but only looks at the exit code.
    const what = `The session was closed with an exception: ${reason}`;
    yield ["closed_with_exception", `${what}. The step succeeds, as the exit code is 0`];
  }
  if (targets.assetKeys !== null) yield* resultFindings(recording);
}

/** What Dagster finds when it goes through the results of a process that ended well. */
function* resultFindings({ targets, materializations, checks }: StepRecording): Findings {
  const assets = new Set(targets.assetKeys);
  const knownAssets = new Set([...assets, ...targets.checks.map(({ assetKey }) => assetKey)]);
  const declaredChecks = new Set(targets.checks.map(checkLabel));
  const reported = new Set<string>();
  function* take(label: string): Findings {
    if (reported.has(label)) yield ["reported_twice", `${label} was reported twice`];
    reported.add(label);
  }
  const unknownAsset = (assetKey: string, what: string) =>
    ["unknown_asset", `Asset ${assetKey} was ${what}, and the step does not have it`] as const;
  for (const { assetKey } of materializations) {
    if (assets.has(assetKey)) yield* take(`The materialization of asset ${assetKey}`);
    else yield unknownAsset(assetKey, "materialized");
  }
  for (const check of checks) {
    const label = checkLabel(check);
    if (declaredChecks.has(label)) yield* take(label);
    else if (!knownAssets.has(check.assetKey)) yield unknownAsset(check.assetKey, "checked");
    else {
      const advice = "name it in check_specs on Dagster's side (here: --check, or checks)";
      yield ["undeclared_check", `${label} was reported, and is not declared: ${advice}`];
    }
  }
  for (const label of declaredChecks) {
    if (!reported.has(label)) yield ["missing_check", `${label} has no result`];
  }
}

function checkLabel(check: { readonly checkName: string; readonly assetKey: string }): string {
  return `Check ${check.checkName} of asset ${check.assetKey}`;
}
