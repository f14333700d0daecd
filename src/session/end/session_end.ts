import { DagsterPipesError } from "../../errors.ts";
import { exceptionFrom } from "../../protocol/exception.ts";
import { closedLine } from "../../protocol/framing.ts";
import { keepAlive } from "../../runtime/timers.ts";
import { listenToProcessEnd } from "../../runtime/process_end.ts";
import type { Caught, ProcessEndEvent } from "../../runtime/uncaught_errors.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import type { Cancellation } from "./cancellation.ts";
import type { CancelSignals } from "./cancel_signals.ts";
import type { OpenedChannel } from "../channel.ts";
import { Deadline, LONGEST_WAIT } from "./deadline.ts";
import { printNotice } from "../../runtime/notice.ts";

/**
 * From which age on a session gives signals a turn of the event loop before it closes, in
 * milliseconds.
 */
const TURN_AFTER = 50;

const RAN_EMPTY =
  "The event loop ran empty before the session with Dagster was closed: `await pipes.close()` " +
  "is missing, or something is awaited that nothing will settle";

/**
 * How a session comes to an end: by a call, by the end of its process, or because Dagster cancels
 * the run.
 *
 * It has two halves. The last message is written at once, as the process may be going. To send it
 * may take a channel its time, which is waited for wherever the runtime still lets one wait.
 */
export class SessionEnding {
  readonly #opened: OpenedChannel;
  readonly #cancellation: Cancellation;
  readonly #onClosed: () => void;
  readonly #openedAt: number = performance.now();
  readonly #endActions: (() => void)[] = [];
  #runtime: Runtime | undefined;
  #unwatch: () => void = () => {};
  /** How the session is to be closed: with one element where it failed. */
  #exception: readonly [unknown?] | undefined;
  #closing: Promise<void> | undefined;
  #deadline: Deadline | undefined;
  #hasWritten = false;
  #isDone = false;

  constructor(opened: OpenedChannel, cancellation: Cancellation, onClosed: () => void) {
    this.#opened = opened;
    this.#cancellation = cancellation;
    this.#onClosed = onClosed;
  }

  get isClosed(): boolean {
    return this.#exception !== undefined;
  }

  /** Aborted when Dagster cancels the run. */
  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  /**
   * Does something first of all when the session ends, before its last message; at once where it has
   * ended.
   */
  onEnd(action: () => void): void {
    if (this.isClosed) action();
    else this.#endActions.push(action);
  }

  /** Closes the session if nothing else did when the process ends, and when a signal tells it to. */
  watch(runtime: Runtime, signals: CancelSignals): void {
    this.#runtime = runtime;
    const unwatchEnd = listenToProcessEnd((end) => this.#onProcessEnd(end, runtime));
    this.#unwatch = () => {
      unwatchEnd();
      signals.unwatch();
    };
    const close = (): void => void this.close([]).catch((error) => this.#tellFailure(error));
    signals.listen((signal) => {
      this.#cancellation.take(signal, runtime, close);
      // What is being sent has less time from now on.
      if (this.#deadline !== undefined) this.#limitWait();
    });
  }

  /**
   * Ends the session; `exception` has one element where it failed. Where the run was cancelled, the
   * process ends too.
   */
  close(exception: readonly [unknown?]): Promise<void> {
    // Before anything of the script's own is looked at, which might close as well.
    if (this.#exception !== undefined) return this.#closing ?? Promise.resolve();
    this.#exception = exception;
    return this.#closing = this.#closeByCall(exception);
  }

  async #closeByCall(exception: readonly [unknown?]): Promise<void> {
    try {
      if (this.#mayHaveMissedSignal()) await this.#runtime?.nextTurn();
      if (!this.#hasWritten) await this.#finish(exception);
    } finally {
      if (this.#runtime !== undefined) this.#cancellation.endProcess(this.#runtime);
    }
  }

  /** A signal that came while the script was busy is seen only in the next turn of the event loop. */
  #mayHaveMissedSignal(): boolean {
    return this.#cancellation.reason === undefined &&
      performance.now() - this.#openedAt > TURN_AFTER;
  }

  /** Writes the last message, and closes the channel: at once, or in the time that is given. */
  #finish(exception: readonly [unknown?], seconds?: number): void | Promise<void> {
    this.#hasWritten = true;
    const { channel, endCapture } = this.#opened;
    const failures: unknown[] = [];
    const attempt = <T>(action: () => T): T | undefined => {
      try {
        return action();
      } catch (error) {
        failures.push(error);
        return undefined;
      }
    };
    // What fails here must not keep the last message back.
    for (const action of [...this.#endActions.splice(0), endCapture]) attempt(action);
    attempt(() => channel.writeMessage(this.#closedLine(exception)));
    const isHurried = seconds !== undefined || this.#cancellation.reason !== undefined;
    if (isHurried || channel.flush !== undefined) this.#limitWait(seconds);
    const sent = attempt(() => channel.close(this.#deadline?.signal));
    if (sent !== undefined) return this.#waitFor(sent, failures);
    this.#cleanUp();
    if (failures.length > 0) throw failures[0];
  }

  async #waitFor(sent: PromiseLike<void>, failures: readonly unknown[]): Promise<void> {
    try {
      await (this.#deadline ??= new Deadline()).wait(sent);
      if (failures.length > 0) throw failures[0];
    } finally {
      // Until all is sent, a second signal must not end the process in the middle of it.
      this.#cleanUp();
    }
  }

  /** Waits for the channel no longer than the seconds given, and than what a cancel leaves. */
  #limitWait(seconds: number = Infinity): void {
    this.#deadline ??= new Deadline();
    const most = Math.min(seconds, this.#cancellation.secondsLeft ?? Infinity);
    if (most < Infinity) this.#deadline.set(most);
  }

  #cleanUp(): void {
    this.#cancellation.endGrace();
    this.#deadline?.clear();
    this.#unwatch();
    this.#isDone = true;
    this.#onClosed();
  }

  #closedLine(exception: readonly [unknown?]): string {
    const failed = exception.length > 0;
    const { reason } = this.#cancellation;
    if (reason === undefined) {
      return closedLine(failed ? exceptionFrom(exception[0]) : undefined);
    }
    const interruption = exceptionFrom(reason);
    // What was thrown because of the cancel, and is not simply the reason of the AbortSignal.
    if (failed && exception[0] !== reason) interruption.context = exceptionFrom(exception[0]);
    return closedLine(interruption);
  }

  /** Gives what the process is to wait for before it ends. */
  #onProcessEnd(end: ProcessEndEvent, runtime: Runtime): void | Promise<void> {
    if (end.reason === "error") {
      // The process fails of it anyway, but where the script has a way to live on that cannot be
      // seen.
      runtime.setExitCode(1);
      return this.#closeByEnd(end.error, LONGEST_WAIT);
    }
    if (end.reason === "idle") {
      if (!this.isClosed && this.#cancellation.isAwaited(runtime)) return this.#untilCancelled();
      // Nobody chose the end of an empty event loop, so nobody chose its exit code 0 either.
      if (!this.isClosed) runtime.setExitCode(1);
      return this.#closeByEnd(abandoned(RAN_EMPTY, end), LONGEST_WAIT);
    }
    const isChosen = this.isClosed;
    const text =
      `The process exited with code ${end.code} before its session with Dagster was closed`;
    this.#closeByEnd(abandoned(text, end), 0);
    if (!this.#isDone) this.#tellLoss();
    // A code that the script chose says more.
    if (end.code !== 0) runtime.setExitCode(end.code);
    else if (!(isChosen && this.#isDone)) runtime.setExitCode(1);
  }

  /** Does what is left to do to close the session. Gives what is to be waited for. */
  #closeByEnd(exception: unknown, seconds: number): void | Promise<void> {
    if (this.#isDone) return;
    if (this.#hasWritten) {
      this.#limitWait(seconds);
      return this.#closing?.catch(() => {});
    }
    this.#exception ??= [exception];
    try {
      const sent = this.#finish(this.#exception, seconds);
      if (sent !== undefined) this.#closing ??= sent;
      return sent?.catch((error) => this.#tellFailure(error));
    } catch (error) {
      this.#tellFailure(error);
    }
  }

  #untilCancelled(): Promise<void> {
    return keepAlive(
      new Promise((resolve) =>
        this.signal.addEventListener("abort", () => resolve(), { once: true })
      ),
    );
  }

  #tellFailure(error: unknown): void {
    printNotice(`Cannot tell Dagster how the session ended: ${error}`);
    this.#runtime?.setExitCode(1);
  }

  #tellLoss(): void {
    const { unsentMessages } = this.#opened.channel;
    const count = unsentMessages === undefined ? "messages" : `${unsentMessages} messages`;
    this.#tellFailure(`the process ended before all was sent. Lost: ${count}`);
  }
}

function abandoned(message: string, caught: Caught): DagsterPipesError {
  const options = "error" in caught ? { cause: caught.error } : undefined;
  return new DagsterPipesError("session_abandoned", message, options);
}
