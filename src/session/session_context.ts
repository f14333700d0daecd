import { isRecord, kindOf } from "../json/kinds.ts";
import { ValuePath } from "../json/path.ts";
import { DagsterPipesError } from "../errors.ts";
import { escapedAssetKey, joinedParts, requireAssetKey } from "../protocol/asset_key.ts";
import type { PipesContextData } from "../protocol/context.ts";
import { logLine } from "../protocol/messages.ts";
import { checkLine, customLine, materializationLine, streamLine } from "../protocol/reports.ts";
import type { PipesAssetKey, PipesLogLevel } from "../protocol/types.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import type { SessionEnding } from "./end/session_end.ts";
import { missingExtra } from "./extras.ts";
import { createLogger, type PipesLogger } from "./logger.ts";
import { asMethod, type MethodCall } from "./method_call.ts";
import type {
  AssetCheckReport,
  AssetMaterializationReport,
  PipesContext,
} from "./pipes_context.ts";
import { StepView } from "./step_context.ts";

const MATERIALIZATION_KEYS = ["metadata", "dataVersion", "assetKey"] as const;
const CHECK_KEYS = ["checkName", "passed", "severity", "metadata", "assetKey"] as const;

type ReportMethod =
  | "logExternalStream"
  | "reportAssetCheck"
  | "reportAssetMaterialization"
  | "reportCustomMessage";

/** Connects a session with the process or the test that opened it. */
export interface SessionHooks {
  /** Called when the session is closed. */
  onClosed(): void;
  /** Called when a scope is left. Returns whether it was the last one, which must close the session. */
  onScopeLeft(): boolean;
  /** Makes the process end with exit code 1. */
  failProcess(): void;
}

export class SessionContext<E> extends StepView implements PipesContext<E> {
  readonly log: PipesLogger = createLogger((message, level) => this.emitLog(message, level));
  readonly extras: E;
  readonly isDagsterPipesProcess: boolean = true;
  readonly #channel: PipesMessageWriterChannel;
  readonly #hooks: SessionHooks;
  readonly #reported: Set<string>;
  readonly #ending: SessionEnding;

  constructor(
    data: PipesContextData,
    extras: E,
    channel: PipesMessageWriterChannel,
    ending: SessionEnding,
    hooks: SessionHooks,
    reported: Set<string> = new Set(),
  ) {
    super(data);
    this.extras = extras;
    this.#channel = channel;
    this.#ending = ending;
    this.#hooks = hooks;
    this.#reported = reported;
  }

  get isClosed(): boolean {
    return this.#ending.isClosed;
  }

  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  getExtra<K extends keyof E, F = never>(key: K, ...fallback: [F?]): E[K] | F {
    const { extras } = this;
    if (isRecord(extras) && Object.hasOwn(extras, key)) return extras[key];
    // A fallback of undefined counts, too.
    if (fallback.length > 0) return fallback[0] as F;
    const method = SessionContext.prototype.getExtra;
    const extra = asMethod("getExtra", method, () => this.missingExtra(key));
    // Bun leaves a function whose last act is a call out of the stack, and an error needs this frame.
    return extra;
  }

  /** Returns the value of an extra that is missing, or throws. */
  protected missingExtra<K extends keyof E>(key: K): E[K] {
    throw missingExtra(this.extras, key);
  }

  reportAssetMaterialization(report: AssetMaterializationReport<object> = {}): void {
    const method = "reportAssetMaterialization";
    this.#report(method, (call) => {
      const { metadata, dataVersion, ...fields } = readReport(method, report, MATERIALIZATION_KEYS);
      const assetKey = this.#assetKeyOf(method, fields.assetKey);
      call.subject = subjectOf(assetKey);
      return materializationLine(assetKey, dataVersion, metadata);
    });
  }

  reportAssetCheck(report: AssetCheckReport<object>): void {
    const method = "reportAssetCheck";
    this.#report(method, (call) => {
      const fields = readReport(method, report, CHECK_KEYS);
      const { checkName, passed, severity = "ERROR", metadata } = fields;
      const assetKey = this.#assetKeyOf(method, fields.assetKey);
      call.subject = subjectOf(assetKey, checkName);
      return checkLine(assetKey, checkName, passed, severity, metadata);
    });
  }

  reportCustomMessage(payload: unknown): void {
    this.#report("reportCustomMessage", () => customLine(payload));
  }

  logExternalStream(stream: "stdout" | "stderr", text: string, extras: object = {}): void {
    this.#report("logExternalStream", () => streamLine(stream, text, extras));
  }

  close(...exception: [unknown?]): Promise<void> {
    return this.#ending.close(exception);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hooks.onScopeLeft() || this.isClosed) return;
    this.#hooks.failProcess();
    await this.close(
      new DagsterPipesError(
        "session_abandoned",
        "The session's scope was left without `await pipes.close()`: an exception was thrown in it, or the call is missing",
      ),
    );
  }

  protected emitLog(message: string, level: PipesLogLevel): void {
    this.#requireOpen("log");
    this.#channel.writeMessage(logLine(message, level));
  }

  /** Sends the line of a report. One with a subject is sent once in a step. */
  #report(method: ReportMethod, lineOf: (call: MethodCall) => string): void {
    // Not `this[method]`: a script may have replaced it, for example by a bound function.
    asMethod(method, SessionContext.prototype[method], (call) => {
      this.#requireOpen(method);
      const line = new ValuePath(method).reading(() => lineOf(call));
      // A getter or `toJSON` of the script may have closed the session.
      this.#requireOpen(method);
      const { subject } = call;
      if (subject === undefined) return this.#channel.writeMessage(line);
      if (this.#reported.has(subject)) {
        throw new DagsterPipesError(
          "already_reported",
          "Cannot report this twice: this step reported it already, and Dagster takes just one",
        );
      }
      try {
        this.#channel.writeMessage(line);
      } catch (error) {
        const willFollow = error instanceof DagsterPipesError &&
          error.code === "message_incomplete";
        if (willFollow) this.#reported.add(subject);
        throw error;
      }
      this.#reported.add(subject);
    });
  }

  #assetKeyOf(method: string, key: PipesAssetKey | null | undefined): string {
    // Outside Dagster the step's own asset key is empty, and a script may pass it on.
    if (!this.isDagsterPipesProcess && (key ?? "") === "") return "";
    if (key === undefined || key === null) return this.#defaultAssetKey(method);
    const asked = requireAssetKey(key, new ValuePath("assetKey"));
    // Dagster before 1.13 escapes no backslashes: a key is right as the step has it.
    const plain = typeof asked === "string" ? asked : joinedParts(asked);
    if (this.assetKeys.includes(plain)) return plain;
    const escaped = escapedAssetKey(asked).toWellFormed();
    // A step without assets may report on any.
    if (this.assetKeys.length === 0 || this.assetKeys.includes(escaped)) return escaped;
    const targets = this.assetKeys.map((known) => JSON.stringify(known)).join(", ");
    throw new DagsterPipesError(
      "invalid_argument",
      `Cannot report on asset ${JSON.stringify(escaped)}: the step targets ${targets}`,
    );
  }

  #defaultAssetKey(method: string): string {
    const [first, second] = this.assetKeys;
    if (first !== undefined && second === undefined) return first;
    const targets = first === undefined
      ? "no asset"
      : `several assets, ${this.assetKeys.join(", ")}`;
    throw new DagsterPipesError(
      "invalid_argument",
      `Cannot call ${method} without an assetKey: the step targets ${targets}. Pass the assetKey`,
    );
  }

  #requireOpen(method: string): void {
    if (!this.isClosed) return;
    throw new DagsterPipesError(
      "session_closed",
      `Cannot ${method}: the session with Dagster is closed. Await all work before the function of withDagsterPipes ` +
        "returns, or close() is called",
    );
  }
}

/** Describes what a report is about. Outside Dagster, the key of the step's own asset is empty. */
function subjectOf(assetKey: string, checkName?: unknown): string {
  const asset = assetKey === "" ? [] : [`asset ${JSON.stringify(assetKey)}`];
  const check = typeof checkName === "string"
    ? [`check ${JSON.stringify(checkName.toWellFormed())}`]
    : [];
  return [...check, ...asset].join(" of ");
}

/**
 * Reads each field of a report exactly once, so that the value that is checked is the value that is
 * sent.
 */
function readReport<R extends object>(
  method: string,
  report: R,
  keys: readonly (keyof R & string)[],
): R {
  const refusal = (text: string) => new DagsterPipesError("invalid_argument", text);
  if (!isRecord(report)) throw refusal(`${method} takes an object, got ${kindOf(report)}`);
  const unknown = Object.keys(report).find((key) => !keys.some((known) => known === key));
  if (unknown !== undefined) {
    const known = keys.join(", ");
    throw refusal(`${method} does not take ${JSON.stringify(unknown)}. It takes ${known}`);
  }
  const fields: Record<string, unknown> = {};
  for (const key of keys) {
    const value = report[key];
    fields[key] = Array.isArray(value) ? [...value] : value;
  }
  // The same fields under the same names.
  return fields as R;
}
