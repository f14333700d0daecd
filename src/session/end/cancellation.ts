import { DagsterPipesError } from "../../errors.ts";
import { currentRuntime } from "../../runtime/current.ts";
import { hasAbortListeners } from "../../runtime/node/process_global.ts";
import type { CancelSignal } from "../../runtime/runtime.ts";
import { DEFAULT_SESSION_GRACE_SECONDS } from "../options.ts";

/** How long messages may be sent after a cancel: Dagster waits 20 s for the process. */
export const MAX_CANCEL_WAIT_SECONDS = 18;

/** Dagster and a terminal both send a signal for one Ctrl-C: within this time it is one cancel. */
const SAME_CANCEL_MS = 1000;

export interface Cancel {
  readonly by: CancelSignal;
  readonly atMs: number;
  /** The error that stands for it. */
  readonly reason: DagsterPipesError;
  /** Whether something else than the session received the signal, and may be cleaning up. */
  readonly isShared: boolean;
}

/** Handles the signals that cancel a run, and shows the cancel to the script. */
export class Cancellation {
  /** The cancel, if there was one. */
  taken: Cancel | undefined;
  readonly #graceSeconds: number | undefined;
  readonly #unlisten: (() => void)[] = [];
  #controller: AbortController | undefined;
  #isSignalRead = false;
  #listener: ((isOver: boolean) => void) | undefined;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #isRepeated = false;

  /** @param graceSeconds The time that the script asked for after a cancel, if it did. */
  constructor(graceSeconds?: number) {
    this.#graceSeconds = graceSeconds;
  }

  /** Aborted when Dagster cancels the run. A script that reads this is able to notice the cancel. */
  get signal(): AbortSignal {
    this.#isSignalRead = true;
    return this.#abortSignal();
  }

  #abortSignal(): AbortSignal {
    // Most sessions never need it, and Node loads code for it.
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.taken !== undefined) this.#controller.abort(this.taken.reason);
    }
    return this.#controller.signal;
  }

  /** The exit code of a process that ends by the cancel, if the run was cancelled. */
  get exitCode(): number | undefined {
    return this.taken && (this.taken.by === "SIGINT" ? 130 : 143);
  }

  /** Whether another listener of the signal may still be cleaning up. */
  get isShared(): boolean {
    return this.taken?.isShared === true && this.graceMsLeft > 0;
  }

  /** How long messages may still be sent. Infinite if the run was not cancelled. */
  get secondsLeft(): number {
    if (this.taken === undefined) return Infinity;
    return MAX_CANCEL_WAIT_SECONDS - (performance.now() - this.taken.atMs) / 1000;
  }

  /** Whether the script waits for the abort. */
  get isAwaited(): boolean {
    return this.taken === undefined && this.#controller !== undefined &&
      hasAbortListeners(this.#controller.signal);
  }

  /** Handles the signals from now on, instead of the system, which would end the process. */
  listen(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      this.#unlisten.push(
        currentRuntime().onSignal(signal, (isShared) => {
          if (this.taken === undefined) this.cancel(signal, isShared());
          else if (performance.now() - this.taken.atMs > SAME_CANCEL_MS) {
            this.#isRepeated = true;
            this.#listener?.(true);
          }
        }),
      );
    }
  }

  /** Leaves the signals to the system again. */
  unlisten(): void {
    // Deno loads a `node:` module when a timer is first touched.
    if (this.#graceTimer !== undefined) clearTimeout(this.#graceTimer);
    for (const unlisten of this.#unlisten.splice(0)) unlisten();
  }

  /** Waits for work that cannot be stopped, but not after a cancel. */
  async waitFor(work: PromiseLike<void>): Promise<void> {
    await waitUnlessAborted(work, this.#abortSignal());
  }

  /**
   * Calls a listener for each signal, also for one that came before. `isOver` is true if the session
   * must close now: because the script cannot notice the cancel, its grace is over, or it is
   * cancelled again.
   */
  onSignal(listener: (isOver: boolean) => void): void {
    this.#listener = listener;
    if (this.taken !== undefined) this.#begin(this.taken, listener);
  }

  /** Cancels the run, unless it is cancelled already. */
  cancel(by: CancelSignal, isShared: boolean = false): void {
    if (this.taken !== undefined) return;
    const message = `Interrupted: the process got ${by}`;
    const reason = new DagsterPipesError("session_interrupted", message);
    this.taken = { by, atMs: performance.now(), reason, isShared };
    if (this.#listener !== undefined) this.#begin(this.taken, this.#listener);
    this.#controller?.abort(reason);
  }

  #begin({ isShared }: Cancel, listener: (isOver: boolean) => void): void {
    const canNotice = this.#isSignalRead || this.#graceSeconds !== undefined || isShared;
    if (canNotice) this.#graceTimer = setTimeout(() => listener(true), this.graceMsLeft);
    listener(!canNotice);
  }

  /** How long the script may still clean up. */
  get graceMsLeft(): number {
    if (this.taken === undefined || this.#isRepeated) return 0;
    const seconds = this.#graceSeconds ?? DEFAULT_SESSION_GRACE_SECONDS;
    return Math.max(0, seconds * 1000 - (performance.now() - this.taken.atMs));
  }
}

/** Waits for work that cannot be stopped, and rejects when a signal is aborted. */
export async function waitUnlessAborted(
  work: PromiseLike<void>,
  signal: AbortSignal,
): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const giveUp = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", giveUp);
  if (signal.aborted) giveUp();
  try {
    await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
