import { DagsterPipesError } from "../../errors.ts";
import type { PipesMessageWriterChannel } from "../../ports.ts";
import { exceptionFrom } from "../../protocol/exception.ts";
import { closedLine } from "../../protocol/reports.ts";
import { currentRuntime } from "../../runtime/current.ts";
import { failProcess } from "../../runtime/exit_process.ts";
import { printNotice } from "../../runtime/notice.ts";
import { listenToProcessEnd } from "../../runtime/process_end.ts";
import type { ProcessEndEvent } from "../../runtime/uncaught_errors.ts";
import { keepAlive } from "../../runtime/timers.ts";
import type { Cancellation } from "./cancellation.ts";
import { endCancelledProcess } from "./cancelled_process.ts";
import { Deadline, MAX_END_WAIT_SECONDS } from "./deadline.ts";

/**
 * A session that has been open for this time waits one turn of the event loop before it closes, so
 * that signals which arrived during synchronous work are still handled.
 */
const MIN_AGE_FOR_TURN_MS = 50;

/** Stops watching the process after its last session failed. */
let unwatchFailed: (() => void) | undefined;

/**
 * What has been done to end a session:
 *
 * - `open`: nothing.
 * - `closing`: it is decided how the session ends; reports are refused from here on.
 * - `sending`: the last message is written, and the channel is being closed.
 * - `closed`: the channel is closed.
 */
type SessionState = "open" | "closing" | "sending" | "closed";

/**
 * The end of a session: by a call, by the end of its process, or by a cancel.
 *
 * The last message is written synchronously, because the process may be exiting. The runtime may not
 * allow the session to wait for the channel to close.
 */
export class SessionEnding {
  readonly #channel: PipesMessageWriterChannel;
  readonly #cancellation: Cancellation;
  readonly #onClosed: () => void;
  readonly #openedAtMs: number = performance.now();
  readonly #endActions: (() => void)[] = [];
  readonly #deadline: Deadline = new Deadline();
  /** Stops watching the process. A session in memory does not watch it. */
  #unwatch: (() => void) | undefined;
  #state: SessionState = "open";
  /** The exception of a failed session, as the only element. */
  #exception: readonly [unknown?] = [];
  /** Whether the process must not end with exit code 0. */
  #mustFail = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(
    channel: PipesMessageWriterChannel,
    cancellation: Cancellation,
    onClosed: () => void,
  ) {
    this.#channel = channel;
    this.#cancellation = cancellation;
    this.#onClosed = onClosed;
  }

  get isClosed(): boolean {
    return this.#state !== "open";
  }

  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  /** Runs an action before the last message of the session, or now if the session is closed. */
  onEnd(action: () => void): void {
    if (this.isClosed) action();
    else this.#endActions.push(action);
  }

  /** Closes the session when its process ends, and after a cancel, if nothing else does. */
  watch(): void {
    unwatchFailed?.();
    unwatchFailed = undefined;
    this.#unwatch = listenToProcessEnd((end) => this.#onProcessEnd(end));
    this.#cancellation.onSignal((isOver) => {
      if (isOver) this.close([]).catch((error) => this.#reportFailure(error));
      // What is being sent has less time after a cancel.
      if (this.#state === "sending") this.#limitWait();
    });
  }

  /**
   * Ends the session, and then the process if the run was cancelled. Later calls wait for the same
   * end.
   *
   * @param exception One element if the session failed.
   */
  close(exception: readonly [unknown?]): Promise<void> {
    if (this.#state === "open") {
      // Before any value of the script is read, as that may close the session as well.
      this.#state = "closing";
      this.#exception = exception;
      this.#ended = this.#closeInTurn();
    }
    return this.#ended;
  }

  async #closeInTurn(): Promise<void> {
    const isWatched = this.#unwatch !== undefined;
    const mayMissSignal = isWatched && this.#cancellation.taken === undefined &&
      performance.now() - this.#openedAtMs > MIN_AGE_FOR_TURN_MS;
    try {
      if (mayMissSignal) await currentRuntime().nextTurn();
      // If the process ended during that turn, the rest is done.
      if (this.#state === "closing") await this.#sendClosed();
    } finally {
      if (isWatched) this.#endCancelled();
    }
  }

  /**
   * Writes the last message, and closes the channel. Returns a promise if the channel needs time,
   * and throws if it does not and something failed.
   */
  #sendClosed(seconds?: number): void | Promise<void> {
    this.#state = "sending";
    const failures: unknown[] = [];
    const attempt = <T>(action: () => T): T | undefined => {
      try {
        return action();
      } catch (error) {
        failures.push(error);
        return undefined;
      }
    };
    const done = (): void => {
      this.#cleanUp();
      if (failures.length > 0) throw failures[0];
    };
    // A failure here must not hold back the last message.
    for (const action of this.#endActions.splice(0).reverse()) attempt(action);
    attempt(() => this.#channel.writeMessage(this.#closedLine()));
    this.#limitWait(seconds);
    const sent = attempt(() => this.#channel.close(this.#deadline.signal));
    if (sent === undefined) return done();
    return this.#deadline.wait(sent).catch((error) => void failures.push(error)).then(done);
  }

  #limitWait(seconds: number = Infinity): void {
    this.#deadline.set(Math.min(seconds, this.#cancellation.secondsLeft));
  }

  /** Runs when all is sent: until then, a second signal must not end the process. */
  #cleanUp(): void {
    this.#state = "closed";
    this.#deadline.clear();
    // If the script throws the exception again, no listener of its exit makes the process succeed.
    if (this.#exception.length > 0) unwatchFailed = this.#unwatch;
    else this.#unwatch?.();
    this.#cancellation.unlisten();
    this.#onClosed();
  }

  #closedLine(): string {
    const hasFailed = this.#exception.length > 0;
    const [error] = this.#exception;
    const reason = this.#cancellation.taken?.reason;
    if (reason === undefined) return closedLine(hasFailed ? exceptionFrom(error) : undefined);
    const interruption = exceptionFrom(reason);
    // An error that the cancel led to, unless it is just the reason of the AbortSignal.
    if (hasFailed && error !== reason) interruption.context = exceptionFrom(error);
    return closedLine(interruption);
  }

  /** Returns a promise that the process must wait for before it ends. */
  #onProcessEnd(end: ProcessEndEvent): void | Promise<void> {
    const wasOpen = !this.isClosed;
    if (end.reason === "idle" && wasOpen && this.#cancellation.isAwaited) {
      return keepAlive(
        new Promise((resolve) => this.signal.addEventListener("abort", () => resolve())),
      );
    }
    // The script may survive an error, and chooses exit codes without knowing how the session ends.
    this.#mustFail ||= wasOpen || end.reason === "error" || this.#cancellation.taken !== undefined;
    const sent = this.#closeByEnd(...endException(end));
    if (end.reason === "exit" && this.#state !== "closed") {
      const { unsentMessages: count } = this.#channel;
      const lost = count === undefined ? "messages" : `${count} messages`;
      this.#state = "closed";
      this.#reportFailure(`the process ended before all was sent. Lost: ${lost}`);
    }
    if (this.#mustFail) failProcess(this.#cancellation.exitCode);
    if (end.reason !== "error") return sent;
    const ended = sent && keepAlive(sent);
    if (!this.#cancellation.isShared) return ended;
    return Promise.resolve(ended).then(() => this.#endCancelled());
  }

  /** Ends the process if the run was cancelled. Returns a promise for an error to wait for. */
  #endCancelled(): void | Promise<void> {
    if (this.#cancellation.taken !== undefined) return endCancelledProcess(this.#cancellation);
  }

  /** Does what is left to close the session. Returns a promise to wait for. */
  #closeByEnd(exception: unknown, seconds: number): void | Promise<void> {
    if (this.#state === "closed") return;
    if (this.#state === "sending") {
      this.#limitWait(seconds);
      // The caller of `close` gets the failure.
      return this.#ended.catch(() => {});
    }
    const isCalled = this.#state === "closing";
    if (!isCalled) this.#exception = [exception];
    try {
      const sent = this.#sendClosed(seconds);
      if (sent === undefined) return;
      if (!isCalled) this.#ended = sent;
      return sent.catch((error) => this.#reportFailure(error));
    } catch (error) {
      this.#reportFailure(error);
    }
  }

  #reportFailure(error: unknown): void {
    this.#mustFail = true;
    printNotice(`Cannot report to Dagster how the session ended: ${error}`);
    failProcess();
  }
}

/** Returns the exception of a session that is open when its process ends, and the time to send it. */
function endException(end: ProcessEndEvent): [exception: unknown, seconds: number] {
  if (end.reason === "error") return [end.error, MAX_END_WAIT_SECONDS];
  const isIdle = end.reason === "idle";
  const message = isIdle
    ? "The event loop ran empty before the session with Dagster was closed: `await pipes.close()` " +
      "is missing, or something is awaited that nothing will settle"
    : `The process exited with code ${end.code} before its session with Dagster was closed`;
  const options = "error" in end ? { cause: end.error } : undefined;
  const exception = new DagsterPipesError("session_abandoned", message, options);
  return [exception, isIdle ? MAX_END_WAIT_SECONDS : 0];
}
