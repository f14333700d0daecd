import type { PipesMessageWriterChannel } from "../../ports.ts";
import { exceptionFrom } from "../../protocol/exception.ts";
import { closedLine } from "../../protocol/reports.ts";
import { failProcess } from "../../runtime/exit_process.ts";
import { printNotice } from "../../runtime/notice.ts";
import { listenToProcessEnd } from "../../runtime/process_end.ts";
import type { ProcessEndEvent } from "../../runtime/uncaught_errors.ts";
import type { Runtime } from "../../runtime/runtime.ts";
import { keepAlive } from "../../runtime/timers.ts";
import type { Cancellation } from "./cancellation.ts";
import { endCancelledProcess } from "./cancelled_process.ts";
import { Deadline } from "./deadline.ts";
import { endException } from "./end_exception.ts";

/**
 * A session that has been open for this time waits one turn of the event loop before it closes, so
 * that signals which arrived during synchronous work are still handled.
 */
const MIN_AGE_FOR_TURN_MS = 50;

/** Stops watching the process after its last session failed. */
let unwatchFailed = (): void => {};

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
 * The last message is written synchronously, as the process may be exiting. Closing the channel may
 * take time, which is waited for if the runtime still allows it.
 */
export class SessionEnding {
  readonly #channel: PipesMessageWriterChannel;
  readonly #cancellation: Cancellation;
  readonly #onClosed: () => void;
  readonly #openedAtMs: number = performance.now();
  readonly #endActions: (() => void)[] = [];
  readonly #deadline: Deadline = new Deadline();
  #runtime: Runtime | undefined;
  #unwatch: () => void = () => {};
  #state: SessionState = "open";
  /** The exception of a failed session, as the only element. */
  #exception: readonly [unknown?] = [];
  /** Whether the process must not end with exit code 0. */
  #mustFail = false;
  /** Settles when the session is closed. */
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
  watch(runtime: Runtime): void {
    this.#runtime = runtime;
    unwatchFailed();
    this.#unwatch = listenToProcessEnd((end) => this.#onProcessEnd(end, runtime));
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
    const mayMissSignal = this.#cancellation.reason === undefined &&
      performance.now() - this.#openedAtMs > MIN_AGE_FOR_TURN_MS;
    try {
      if (mayMissSignal) await this.#runtime?.nextTurn();
      // If the process ended during that turn, the rest is done.
      if (this.#state === "closing") await this.#sendClosed();
    } finally {
      if (this.#runtime !== undefined) this.#endCancelled();
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
    return this.#deadline.wait(sent).then(done, (error) => {
      failures.push(error);
      done();
    });
  }

  /** Limits the wait for the channel, to the time that a cancel leaves at most. */
  #limitWait(seconds: number = Infinity): void {
    this.#deadline.set(Math.min(seconds, this.#cancellation.secondsLeft));
  }

  /** Comes when all is sent: until then, a second signal must not end the process. */
  #cleanUp(): void {
    this.#state = "closed";
    this.#deadline.clear();
    // If the script throws the exception again, the process fails, whatever is done at its exit.
    if (this.#exception.length > 0) unwatchFailed = this.#unwatch;
    else this.#unwatch();
    this.#cancellation.unlisten();
    this.#onClosed();
  }

  #closedLine(): string {
    const hasFailed = this.#exception.length > 0;
    const [error] = this.#exception;
    const { reason } = this.#cancellation;
    if (reason === undefined) return closedLine(hasFailed ? exceptionFrom(error) : undefined);
    const interruption = exceptionFrom(reason);
    // An error that the cancel led to, unless it is just the reason of the AbortSignal.
    if (hasFailed && error !== reason) interruption.context = exceptionFrom(error);
    return closedLine(interruption);
  }

  /** Returns a promise that the process must wait for before it ends. */
  #onProcessEnd(end: ProcessEndEvent, runtime: Runtime): void | Promise<void> {
    const wasOpen = !this.isClosed;
    if (end.reason === "idle" && wasOpen && this.#cancellation.isAwaited(runtime)) {
      return keepAlive(
        new Promise((resolve) => this.signal.addEventListener("abort", () => resolve())),
      );
    }
    // The script may survive an error, and chooses exit codes without knowing how the session ends.
    this.#mustFail ||= wasOpen || end.reason === "error" || this.#cancellation.reason !== undefined;
    const sent = this.#closeByEnd(...endException(end));
    if (end.reason === "exit" && this.#state !== "closed") this.#reportLoss();
    if (this.#mustFail) failProcess(this.#cancellation.exitCode);
    if (end.reason !== "error") return sent;
    const ended = sent && keepAlive(sent);
    if (!this.#cancellation.isShared) return ended;
    return Promise.resolve(ended).then(() => this.#endCancelled());
  }

  /** Ends the process if the run was cancelled. Returns a promise for an error to wait for. */
  #endCancelled(): void | Promise<void> {
    if (this.#cancellation.reason !== undefined) return endCancelledProcess(this.#cancellation);
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
    printNotice(`Cannot tell Dagster how the session ended: ${error}`);
    failProcess();
  }

  #reportLoss(): void {
    const { unsentMessages } = this.#channel;
    const count = unsentMessages === undefined ? "messages" : `${unsentMessages} messages`;
    this.#state = "closed";
    this.#reportFailure(`the process ended before all was sent. Lost: ${count}`);
  }
}
