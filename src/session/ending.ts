import { DagsterPipesError } from "../errors.ts";
import { exceptionFrom, exceptionText, LEFT_BY_EXIT } from "../protocol/exception.ts";
import { closedLine } from "../protocol/framing.ts";
import type { CancelSignal, ProcessEnd, Runtime } from "../runtime/runtime.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { printNotice } from "../runtime/notice.ts";

/**
 * Dagster and a terminal both send a signal for one Ctrl-C: within this time it is the same cancel.
 * In milliseconds.
 */
const SAME_CANCEL = 1000;

/**
 * How a session comes to an end: by a call, by the end of its process, or because Dagster cancels
 * the run.
 */
export class SessionEnding {
  readonly #channel: PipesMessageWriterChannel;
  readonly #onClosed: () => void;
  #controller: AbortController | undefined;
  readonly #unwatch: (() => void)[] = [];
  readonly #onEnd: (() => void)[] = [];
  #closing: Promise<void> | undefined;
  #hasBegunToClose = false;
  #isDone = false;
  #cancel:
    | {
      readonly signal: CancelSignal;
      readonly at: number;
      readonly timer: ReturnType<typeof setTimeout>;
    }
    | undefined;
  #raise: (() => void) | undefined;

  constructor(channel: PipesMessageWriterChannel, onClosed: () => void) {
    this.#channel = channel;
    this.#onClosed = onClosed;
  }

  get isClosed(): boolean {
    return this.#hasBegunToClose;
  }

  /** Aborted when Dagster cancels the run. */
  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  /** Made when it is first asked for: most scripts never do, and Node loads code for it. */
  get #aborting(): AbortController {
    return this.#controller ??= new AbortController();
  }

  /**
   * Does something first of all when the session ends, before its last message; at once where it
   * has ended.
   */
  onEnd(action: () => void): void {
    if (this.isClosed) action();
    else this.#onEnd.push(action);
  }

  /**
   * Closes the session if nothing else did when the process ends, and, if wanted, when it is told
   * to.
   */
  watch(runtime: Runtime, handleSignals: boolean, graceSeconds: number): void {
    this.#unwatch.push(runtime.onProcessEnd((end) => this.#onProcessEnd(end, runtime)));
    if (!handleSignals) return;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      this.#unwatch.push(
        runtime.onSignal(signal, () => this.#onSignal(signal, runtime, graceSeconds)),
      );
    }
  }

  /**
   * Ends the session; `exception` has one element where it failed. Where the run was cancelled, the
   * process ends too.
   */
  close(exception: readonly [unknown?]): Promise<void> {
    // Before anything of the script's own is looked at, which might close as well.
    if (this.#hasBegunToClose) return this.#closing ?? Promise.resolve();
    this.#hasBegunToClose = true;
    return this.#closing = this.#closeAndRaise(exception);
  }

  async #closeAndRaise(exception: readonly [unknown?]): Promise<void> {
    try {
      await this.#finish(exception);
    } finally {
      this.#raise?.();
    }
  }

  /**
   * Takes what the process leaves behind before it is gone: nothing here may wait. Says whether it
   * could be told.
   */
  #closeNow(exception: unknown): boolean {
    if (this.isClosed) return true;
    this.#hasBegunToClose = true;
    try {
      Promise.resolve(this.#finish([exception])).catch(reportLoss);
      return true;
    } catch (error) {
      reportLoss(error);
      return false;
    }
  }

  #finish(exception: readonly [unknown?]): void | Promise<void> {
    let closed: void | Promise<void>;
    for (const action of this.#onEnd.splice(0)) action();
    try {
      try {
        this.#channel.writeMessage(this.#closedLine(exception));
      } finally {
        closed = this.#channel.close();
      }
    } catch (error) {
      this.#cleanUp();
      throw error;
    }
    // Until all is sent, a second signal must not end the process in the middle of it.
    if (closed !== undefined) return closed.finally(() => this.#cleanUp());
    this.#cleanUp();
  }

  #cleanUp(): void {
    // Deno loads a `node:` module at the first touch of its timers.
    if (this.#cancel !== undefined) clearTimeout(this.#cancel.timer);
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
    this.#isDone = true;
    this.#onClosed();
  }

  #closedLine(exception: readonly [unknown?]): string {
    if (this.#cancel === undefined) {
      return closedLine(
        exception.length === 0 ? undefined : exceptionText(exceptionFrom(exception[0])),
      );
    }
    const reason: unknown = this.signal.reason;
    const interruption = exceptionFrom(reason);
    // What was thrown because of the cancel, and is not simply the reason of the AbortSignal.
    if (exception.length > 0 && exception[0] !== reason) {
      interruption.context = exceptionFrom(exception[0]);
    }
    return closedLine(exceptionText(interruption));
  }

  #onProcessEnd(end: ProcessEnd, runtime: Runtime): void {
    if (end.reason === "error") {
      // The process fails of it anyway, but where the script has a way to live on that cannot be
      // seen.
      runtime.setExitCode(1);
      this.#closeNow(end.error);
      return;
    }
    // Nobody chose the end of an empty event loop, so nobody chose its exit code 0 either.
    const isClean = end.reason === "exit" || this.isClosed;
    const isTold = this.#closeNow(
      end.reason === "exit"
        ? abandoned(
          `${LEFT_BY_EXIT} ${end.code} before its session with Dagster was closed`,
          "error" in end ? { cause: end.error } : undefined,
        )
        : abandoned(
          "The event loop ran empty before the session with Dagster was closed: `await pipes.close()` is missing, or something " +
            "is awaited that nothing will settle",
        ),
    );
    if (isTold && !this.#isDone) {
      reportLoss("the process ends before the messages are sent");
    }
    if (isClean && isTold && this.#isDone) return;
    // A code that the script chose says more.
    if (end.reason !== "exit" || end.code === 0) runtime.setExitCode(1);
  }

  #onSignal(signal: CancelSignal, runtime: Runtime, graceSeconds: number): void {
    if (this.#cancel !== undefined) {
      if (Date.now() - this.#cancel.at > SAME_CANCEL) {
        void this.close([]).catch(reportLoss);
      }
      return;
    }
    const timer = setTimeout(() => void this.close([]).catch(reportLoss), graceSeconds * 1000);
    this.#cancel = { signal, at: Date.now(), timer };
    this.#raise = () => {
      // Where the script listens to the signal itself, it lives on, and must not end as if nothing
      // had been.
      runtime.setExitCode(signal === "SIGINT" ? 130 : 143);
      runtime.raise(signal);
    };
    this.#aborting.abort(
      new DagsterPipesError(
        "session_interrupted",
        `Dagster cancelled the run: the process got ${signal}`,
      ),
    );
  }
}

function abandoned(
  message: string,
  options?: { readonly cause: unknown },
): DagsterPipesError {
  return new DagsterPipesError("session_abandoned", message, options);
}

function reportLoss(error: unknown): void {
  printNotice(`Cannot tell Dagster how the session ended: ${error}`);
}
