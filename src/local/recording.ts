import { plainRecord } from "./received/python_values.ts";
import { readReceivedLine, type ReceivedMessage } from "./received/received_line.ts";
import type {
  RecordedCheck,
  RecordedClose,
  RecordedEvent,
  RecordedLog,
  RecordedMaterialization,
  RecordedMessage,
  RecordedStream,
  StepProblem,
  StepProblemCode,
  StepReports,
} from "./recorded.ts";
import type { StepTargets } from "./step.ts";

/** How the process of a step ended: with a code or by a signal. The other one is null. */
export interface StepProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** Why it had to end, as in `was cancelled`. This fails the step, however it ended. */
  readonly wasEnded?: string | undefined;
}

/** Everything that a step reports to Dagster, read from the lines of its messages. */
export class StepRecording implements StepReports {
  readonly targets: StepTargets;
  readonly messages: RecordedMessage[] = [];
  readonly logs: RecordedLog[] = [];
  readonly materializations: RecordedMaterialization[] = [];
  readonly checks: RecordedCheck[] = [];
  readonly customMessages: unknown[] = [];
  readonly externalStreams: RecordedStream[] = [];
  /** The methods of the messages that came after the session was closed. */
  readonly lateMethods: string[] = [];
  isOpened = false;
  /** How the session was closed; if it was closed several times, the close that failed. */
  closed: RecordedClose | undefined;
  /** The problem of the first line that Dagster's reader cannot read. It reads none after it. */
  unreadableLine: string | undefined;
  /** How the process of the step ended, or would end now. */
  processEnd: StepProcessEnd = { code: 0, signal: null };

  constructor(targets: StepTargets) {
    this.targets = targets;
  }

  get problems(): StepProblem[] {
    return Array.from(findings(this), ([severity, code, message]) => ({ severity, code, message }));
  }

  get ok(): boolean {
    return this.problems.every(({ severity }) => severity !== "failure");
  }

  /** Takes a line as Dagster's readers of files do: they stop at a line that they cannot read. */
  takeLine(line: string | Uint8Array): RecordedEvent | undefined {
    if (this.unreadableLine !== undefined) return undefined;
    const received = readReceivedLine(line);
    if (!("problem" in received)) return this.#add(received);
    this.unreadableLine = received.problem;
    return undefined;
  }

  /** Takes a line as Dagster's readers of log streams do: a line that they cannot read is output. */
  takeStreamLine(line: string): RecordedEvent | undefined {
    const received = readReceivedLine(line);
    return "problem" in received ? undefined : this.#add(received);
  }

  #add({ method, params, event }: ReceivedMessage): RecordedEvent {
    if (this.closed !== undefined) this.lateMethods.push(method);
    this.messages.push({ method, params: plainRecord(params) });
    if (event.type === "opened") this.isOpened = true;
    else if (event.type === "log") this.logs.push(withoutType(event));
    else if (event.type === "materialization") this.materializations.push(withoutType(event));
    else if (event.type === "check") this.checks.push(withoutType(event));
    else if (event.type === "custom") this.customMessages.push(event.payload);
    else if (event.type === "external") this.externalStreams.push(withoutType(event));
    else if (this.closed?.exception === undefined) this.closed = withoutType(event);
    return event;
  }
}

function withoutType<E extends RecordedEvent>({ type: _, ...content }: E): Omit<E, "type"> {
  return content;
}

type Findings = Generator<[StepProblem["severity"], StepProblemCode, message: string], void>;

function* findings(recording: StepRecording): Findings {
  const { targets, closed, lateMethods, unreadableLine, processEnd } = recording;
  for (const method of lateMethods) {
    yield ["warning", "after_closed", `A message (${method}) came after the session was closed`];
  }
  if (unreadableLine !== undefined) {
    const text = "Dagster cannot read a line, and reads none after it";
    yield ["warning", "unreadable_message", `${text}: ${unreadableLine}`];
  }
  if (!recording.isOpened) {
    const text =
      "The process did not open a session with Dagster: it did not reach withDagsterPipes";
    yield ["warning", "no_messages", text];
  } else if (closed === undefined) {
    yield ["warning", "not_closed", "The session was not closed: the last messages may be lost"];
  }
  const reason = closed?.exception?.message;
  const { code, signal, wasEnded } = processEnd;
  if (code !== 0 || wasEnded !== undefined) {
    const first = wasEnded === undefined ? "" : `${wasEnded}, and `;
    const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
    const why = reason === undefined ? "" : `: ${reason}`;
    yield ["failure", "process_failed", `The process ${first}ended ${how}${why}`];
    // Dagster does not check the reports of a process that failed.
    return;
  }
  if (reason !== undefined) {
    // Dagster shows the exception in the log of the run, but only the exit code counts.
    const what = `The session was closed with an exception: ${reason}`;
    yield ["warning", "closed_with_exception", `${what}. The step succeeds, as the exit code is 0`];
  }
  if (targets.assetKeys !== null) yield* resultFindings(recording);
}

/** Checks the reports of a process that succeeded, as Dagster does. */
function* resultFindings({ targets, materializations, checks }: StepRecording): Findings {
  const assets = new Set(targets.assetKeys);
  const knownAssets = new Set([...assets, ...targets.checks.map(({ assetKey }) => assetKey)]);
  const declaredChecks = new Set(targets.checks.map(checkLabel));
  const reported = new Set<string>();
  function* take(label: string): Findings {
    if (reported.has(label)) yield ["failure", "reported_twice", `${label} was reported twice`];
    reported.add(label);
  }
  function* refuse(assetKey: string, what: string): Findings {
    const text = `Asset ${assetKey} was ${what}, but the step does not have it`;
    yield ["failure", "unknown_asset", text];
  }
  for (const { assetKey } of materializations) {
    if (assets.has(assetKey)) yield* take(`The materialization of asset ${assetKey}`);
    else yield* refuse(assetKey, "materialized");
  }
  for (const check of checks) {
    const label = checkLabel(check);
    if (declaredChecks.has(label)) yield* take(label);
    else if (!knownAssets.has(check.assetKey)) yield* refuse(check.assetKey, "checked");
    else {
      const advice = "name it in check_specs on Dagster's side (here: --check, or checks)";
      const text = `${label} was reported, but is not declared: ${advice}`;
      yield ["failure", "undeclared_check", text];
    }
  }
  for (const label of declaredChecks) {
    if (!reported.has(label)) yield ["failure", "missing_check", `${label} was not reported`];
  }
}

function checkLabel(check: { readonly checkName: string; readonly assetKey: string }): string {
  return `Check ${check.checkName} of asset ${check.assetKey}`;
}
