import { DagsterPipesError } from "../../errors.ts";
import type { Launcher } from "../../protocol/launcher_params.ts";
import { currentRuntime } from "../../runtime/current.ts";
import type { CancelSignal, Runtime } from "../../runtime/runtime.ts";
import { setBackgroundTimer } from "../../runtime/timers.ts";
import { DEFAULT_SESSION_GRACE_SECONDS } from "../options.ts";

/** How long messages may be sent after a cancel: Dagster waits 20 s for the process. */
export const MAX_CANCEL_WAIT_SECONDS = 18;

/** Dagster and a terminal both send a signal for one Ctrl-C: within this time it is one cancel. */
const SAME_CANCEL_MS = 1000;

/**
 * How long other listeners may react to the signal that follows the grace: some, such as that of the
 * package `signal-exit`, only do so if no other listener is left.
 */
const LAST_CALL_MS = 100;

/** How often a session checks whether its launcher still runs. */
const LAUNCHER_POLL_INTERVAL_MS = 1000;

/** The time and the reason of a cancel. */
interface Cancel {
  readonly by: CancelSignal;
  readonly atMs: number;
  readonly reason: DagsterPipesError;
  /** Whether something else than the session received the signal, and may be cleaning up. */
  readonly isShared: boolean;
}

/**
 * The cancel of a run: handles the signals that mean a cancel, from the first message on, and
 * shows the cancel to the script.
 */
export class Cancellation {
  readonly #graceSeconds: number | undefined;
  readonly #unlisten: (() => void)[] = [];
  #cancel: Cancel | undefined;
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

  /** Created on first use: most sessions never need it, and Node loads code for it. */
  #abortSignal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancel !== undefined) this.#controller.abort(this.#cancel.reason);
    }
    return this.#controller.signal;
  }

  /** The exit code of a process that ends by the cancel, if the run was cancelled. */
  get exitCode(): number | undefined {
    return this.#cancel && (this.#cancel.by === "SIGINT" ? 130 : 143);
  }

  /** Whether another listener of the signal may still be cleaning up. */
  get isShared(): boolean {
    return this.#cancel?.isShared === true && this.#graceMsLeft > 0;
  }

  /** The error that stands for the cancel, if the run was cancelled. */
  get reason(): DagsterPipesError | undefined {
    return this.#cancel?.reason;
  }

  /** How long messages may still be sent. Infinite if the run was not cancelled. */
  get secondsLeft(): number {
    if (this.#cancel === undefined) return Infinity;
    return MAX_CANCEL_WAIT_SECONDS - (performance.now() - this.#cancel.atMs) / 1000;
  }

  /** Whether the script waits for the abort. */
  isAwaited(runtime: Runtime): boolean {
    return this.#cancel === undefined && this.#controller !== undefined &&
      runtime.hasAbortListeners(this.#controller.signal);
  }

  /** Handles the signals from now on, instead of the system, which would end the process. */
  listen(runtime: Runtime): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      this.#unlisten.push(
        runtime.onSignal(signal, (isShared) => {
          if (this.#cancel === undefined) this.cancel(signal, isShared());
          else if (performance.now() - this.#cancel.atMs > SAME_CANCEL_MS) {
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
    if (this.#cancel !== undefined) this.#begin(this.#cancel, listener);
  }

  /** Cancels the run, unless it is cancelled already. */
  cancel(by: CancelSignal, isShared: boolean = false): void {
    if (this.#cancel !== undefined) return;
    const text = `Interrupted: the process got ${by}`;
    const reason = new DagsterPipesError("session_interrupted", text);
    this.#cancel = { by, atMs: performance.now(), reason, isShared };
    if (this.#listener !== undefined) this.#begin(this.#cancel, this.#listener);
    this.#controller?.abort(reason);
  }

  #begin({ isShared }: Cancel, listener: (isOver: boolean) => void): void {
    const canNotice = this.#isSignalRead || this.#graceSeconds !== undefined || isShared;
    if (canNotice) this.#graceTimer = setTimeout(() => listener(true), this.#graceMsLeft);
    listener(!canNotice);
  }

  get #graceMsLeft(): number {
    if (this.#cancel === undefined || this.#isRepeated) return 0;
    const seconds = this.#graceSeconds ?? DEFAULT_SESSION_GRACE_SECONDS;
    return Math.max(0, seconds * 1000 - (performance.now() - this.#cancel.atMs));
  }

  /**
   * Ends a process whose run was cancelled by the same signal, so that its parent sees the reason:
   * now, or when the grace is over if another listener of the signal may still be cleaning up.
   */
  endProcess(runtime: Runtime): void {
    if (this.#cancel === undefined) return;
    const { by, isShared } = this.#cancel;
    if (!isShared) return runtime.endBySignal(by);
    setBackgroundTimer(() => {
      runtime.raise(by);
      setBackgroundTimer(() => runtime.endBySignal(by), LAST_CALL_MS);
    }, this.#graceMsLeft);
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

/**
 * Treats the end of the launcher as a cancel: a launcher that was killed by SIGKILL could neither
 * report the end to Dagster nor end this process. Returns a function that stops the watch.
 */
export function watchLauncher({ pid }: Launcher): () => void {
  const runtime = currentRuntime();
  // Deno may look for a process that is not its parent only if it may start processes.
  const isParent = runtime.parentId() === pid;
  const isThere = (): boolean => isParent ? runtime.parentId() === pid : runtime.isRunning(pid);
  const timer: ReturnType<typeof setInterval> & { unref?(): void } = setInterval(() => {
    if (isThere()) return;
    clearInterval(timer);
    runtime.raise("SIGTERM");
  }, LAUNCHER_POLL_INTERVAL_MS);
  timer.unref?.();
  return () => clearInterval(timer);
}
