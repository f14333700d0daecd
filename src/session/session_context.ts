import { isRecord, kindOf } from "../json/kinds.ts";
import { DagsterPipesError } from "../errors.ts";
import { assetKeyProblem, escapedAssetKey, joinedParts, partsOf } from "../protocol/asset_key.ts";
import type { PipesContextData } from "../protocol/context.ts";
import { logLine } from "../protocol/messages.ts";
import { readArgument } from "../protocol/argument.ts";
import { checkLine, customLine, materializationLine, streamLine } from "../protocol/reports.ts";
import type { PipesAssetKey, PipesLogLevel } from "../protocol/types.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import type { SessionEnding } from "./end/session_end.ts";
import { missingExtra } from "./extras/check_extras.ts";
import { createLogger, type PipesLogger } from "./logger.ts";
import { asMethod, readReport } from "./method_call.ts";
import type {
  AssetCheckReport,
  AssetMaterializationReport,
  PipesContext,
} from "./pipes_context.ts";
import { requireAsset, StepView } from "./step_context.ts";

const MATERIALIZATION_KEYS = ["metadata", "dataVersion", "assetKey"] as const;
const CHECK_KEYS = ["checkName", "passed", "severity", "metadata", "assetKey"] as const;

/** The methods that name themselves in the errors that they throw. */
type ReportMethod =
  | "getExtra"
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

/** A session with Dagster. */
export class SessionContext<E> extends StepView implements PipesContext<E> {
  readonly log: PipesLogger = createLogger((message, level) => this.emitLog(message, level));
  readonly extras: E;
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

  get isDagsterPipesProcess(): boolean {
    return true;
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
    const extra = this.#as("getExtra", () => this.missingExtra(key));
    // Bun leaves a function whose last act is a call out of the stack, and an error needs this frame.
    return extra;
  }

  /** Returns the value of an extra that is missing, or throws. */
  protected missingExtra<K extends keyof E>(key: K): E[K] {
    throw missingExtra(this.extras, key);
  }

  reportAssetMaterialization(report: AssetMaterializationReport<object> = {}): void {
    const method = "reportAssetMaterialization";
    this.#as(method, (about) => {
      const { metadata, dataVersion, ...fields } = readReport(method, report, MATERIALIZATION_KEYS);
      const assetKey = this.#assetKeyOf(method, fields.assetKey);
      about(subjectOf(assetKey));
      const line = this.#read(method, () => materializationLine(assetKey, dataVersion, metadata));
      const complaint = `asset ${JSON.stringify(assetKey)} was materialized in this step already`;
      this.#writeOnce(line, assetKey, complaint);
    });
  }

  reportAssetCheck(report: AssetCheckReport<object>): void {
    const method = "reportAssetCheck";
    this.#as(method, (about) => {
      const fields = readReport(method, report, CHECK_KEYS);
      const { checkName, passed, severity = "ERROR", metadata } = fields;
      const assetKey = this.#assetKeyOf(method, fields.assetKey);
      const subject = subjectOf(assetKey, checkName);
      about(subject);
      const line = this.#read(
        method,
        () => checkLine(assetKey, checkName, passed, severity, metadata),
      );
      // An asset key does not have an empty part, so this is not the key of another asset.
      const id = `${assetKey}//${checkName.toWellFormed()}`;
      this.#writeOnce(line, id, `${subject} has a result in this step already`);
    });
  }

  reportCustomMessage(payload: unknown): void {
    const method = "reportCustomMessage";
    this.#as(
      method,
      () => this.#channel.writeMessage(this.#read(method, () => customLine(payload))),
    );
  }

  logExternalStream(stream: "stdout" | "stderr", text: string, extras: object = {}): void {
    const method = "logExternalStream";
    const line = (): string => streamLine(stream, text, extras);
    this.#as(method, () => this.#channel.writeMessage(this.#read(method, line)));
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

  /** Logs to Dagster. */
  protected emitLog(message: string, level: PipesLogLevel): void {
    this.#requireOpen("log");
    this.#channel.writeMessage(logLine(message, level));
  }

  #as<T>(method: ReportMethod, work: (about: (subject: string) => void) => T): T {
    // Not `this[method]`: a script may have replaced it, for example by a bound function.
    return asMethod(method, SessionContext.prototype[method], work);
  }

  #assetKeyOf(method: string, key: PipesAssetKey | null | undefined): string {
    // Outside Dagster the step's own asset key is empty, and a script may pass it on.
    if (!this.isDagsterPipesProcess && (key ?? "") === "") return "";
    if (key === undefined || key === null) return this.#defaultAssetKey(method);
    const problem = assetKeyProblem(key);
    if (problem !== undefined) {
      throw new DagsterPipesError("invalid_value", `assetKey: ${problem}, got ${kindOf(key)}`);
    }
    // Dagster before 1.13 escapes no backslashes: a key is right as the step has it.
    const plain = typeof key === "string" ? key : joinedParts(key);
    if (this.assetKeys.includes(plain)) return plain;
    return requireAsset(this.assetKeys, escapedAssetKey(partsOf(key)).toWellFormed());
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

  /** Makes a line from values of the script, for a session that is open before and after that. */
  #read(method: string, line: () => string): string {
    this.#requireOpen(method);
    const text = readArgument(method, line);
    // A getter or `toJSON` of the script may have closed the session.
    this.#requireOpen(method);
    return text;
  }

  #requireOpen(method: string): void {
    if (!this.isClosed) return;
    throw new DagsterPipesError(
      "session_closed",
      `Cannot ${method}: the session with Dagster is closed. Await all work before the function of withDagsterPipes ` +
        "returns, or close() is called",
    );
  }

  /** Writes a report that is allowed once, and remembers it as soon as Dagster will get it. */
  #writeOnce(line: string, id: string, complaint: string): void {
    if (this.#reported.has(id)) {
      throw new DagsterPipesError(
        "already_reported",
        `Cannot report this twice: ${complaint}, and Dagster takes just one`,
      );
    }
    try {
      this.#channel.writeMessage(line);
    } catch (error) {
      const willFollow = error instanceof DagsterPipesError && error.code === "message_incomplete";
      if (willFollow) this.#reported.add(id);
      throw error;
    }
    this.#reported.add(id);
  }
}

/** Describes what a report is about. Outside Dagster, the key of the step's own asset is empty. */
function subjectOf(assetKey: string, checkName?: unknown): string {
  const asset = assetKey === "" ? [] : [`asset ${JSON.stringify(assetKey)}`];
  const check = typeof checkName === "string" ? [`check ${JSON.stringify(checkName)}`] : [];
  return [...check, ...asset].join(" of ");
}
