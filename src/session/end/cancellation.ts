import { DagsterPipesError } from "../../errors.ts";
import type { Launcher } from "../../protocol/params_codec.ts";
import { currentRuntime } from "../../runtime/current.ts";
import type { CancelSignal, Runtime } from "../../runtime/runtime.ts";
import { MAX_CANCEL_WAIT_SECONDS } from "./deadline.ts";

/** Dagster and a terminal both send a signal for one Ctrl-C: within this time it is one cancel. */
const SAME_CANCEL_MS = 1000;

/** How often a session checks whether its launcher still runs. */
const LAUNCHER_POLL_INTERVAL_MS = 1000;

/**
 * The cancel of a run: listens to the signals by which Dagster cancels, from the first message on,
 * and shows the cancel to the script.
 */
export class Cancellation {
  readonly #graceSeconds: number;
  readonly #isGraceGiven: boolean;
  readonly #unlisten: (() => void)[] = [];
  #by: CancelSignal | undefined;
  #atMs = 0;
  #reason: DagsterPipesError | undefined;
  #controller: AbortController | undefined;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;
  #interrupt: (reason: DagsterPipesError) => void = () => {};
  #listener: ((isOver: boolean) => void) | undefined;

  /**
   * @param graceSeconds How long the script may continue after a cancel.
   * @param isGraceGiven Whether the script asked for that time.
   */
  constructor(graceSeconds: number = 0, isGraceGiven: boolean = false) {
    this.#graceSeconds = graceSeconds;
    this.#isGraceGiven = isGraceGiven;
  }

  /**
   * Aborted when Dagster cancels the run. Created on first use: most scripts never read it, and Node
   * loads code for it.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The error that stands for the cancel, if the run was cancelled. */
  get reason(): DagsterPipesError | undefined {
    return this.#reason;
  }

  /** How long messages may still be sent. Infinite if the run was not cancelled. */
  get secondsLeft(): number {
    if (this.#by === undefined) return Infinity;
    return MAX_CANCEL_WAIT_SECONDS - (performance.now() - this.#atMs) / 1000;
  }

  /** Whether a listener of the script waits for the abort. */
  isAwaited(runtime: Runtime): boolean {
    return this.#controller !== undefined && this.#reason === undefined &&
      runtime.hasAbortListeners(this.#controller.signal);
  }

  /** Handles the signals from now on, instead of the system, which would end the process. */
  listen(runtime: Runtime): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      this.#unlisten.push(runtime.onSignal(signal, () => this.take(signal)));
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
    const { promise, reject } = Promise.withResolvers<never>();
    this.#interrupt = reject;
    if (this.#reason !== undefined) reject(this.#reason);
    await Promise.race([work, promise]);
  }

  /**
   * Calls a listener for each signal, also for one that came before. `isOver` is true if the session
   * must close now: because the script cannot notice the cancel, its grace is over, or it is
   * cancelled again.
   */
  onSignal(listener: (isOver: boolean) => void): void {
    this.#listener = listener;
    if (this.#by !== undefined) this.#begin(this.#by);
  }

  /** Handles a signal: the first one cancels the run, another one some time later ends it. */
  take(by: CancelSignal): void {
    if (this.#by === undefined) this.cancel(by);
    else if (performance.now() - this.#atMs > SAME_CANCEL_MS) this.#listener?.(true);
  }

  /** Cancels the run. */
  cancel(by: CancelSignal): void {
    if (this.#by !== undefined) return;
    this.#by = by;
    this.#atMs = performance.now();
    this.#reason = new DagsterPipesError(
      "session_interrupted",
      `Dagster cancelled the run: the process got ${by}`,
    );
    this.#interrupt(this.#reason);
    this.#begin(by);
    this.#controller?.abort(this.#reason);
  }

  #begin(by: CancelSignal): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    const canNotice = this.#controller !== undefined || this.#isGraceGiven ||
      currentRuntime().isListenedTo(by) !== false;
    if (canNotice) this.#graceTimer = setTimeout(() => listener(true), this.#graceSeconds * 1000);
    listener(!canNotice);
  }

  /**
   * Ends the process by the signal that cancelled the run, if one did, so that the parent process
   * sees the reason.
   */
  endProcess(runtime: Runtime): void {
    if (this.#by === undefined) return;
    // A script that listens to the signal itself lives on, and must not end with exit code 0.
    runtime.setExitCode(this.#by === "SIGINT" ? 130 : 143);
    runtime.raise(this.#by);
  }
}

/**
 * Treats the end of the launcher as a cancel: a launcher that was killed by SIGKILL could neither
 * report the end to Dagster nor end this process. Returns a function that stops the watch.
 */
export function watchLauncher({ pid }: Launcher, cancellation: Cancellation): () => void {
  const runtime = currentRuntime();
  // Deno may look for a process that is not its parent only if it may start processes.
  const isParent = runtime.parentId() === pid;
  const isThere = (): boolean => isParent ? runtime.parentId() === pid : runtime.isRunning(pid);
  const timer: ReturnType<typeof setInterval> & { unref?(): void } = setInterval(() => {
    if (isThere()) return;
    clearInterval(timer);
    cancellation.take("SIGTERM");
  }, LAUNCHER_POLL_INTERVAL_MS);
  timer.unref?.();
  return () => clearInterval(timer);
}
