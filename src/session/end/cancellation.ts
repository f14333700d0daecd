import type { DagsterPipesError } from "../../errors.ts";
import type { Launcher } from "../../protocol/launcher_params.ts";
import { currentRuntime } from "../../runtime/current.ts";
import type { CancelSignal, Runtime } from "../../runtime/runtime.ts";
import { cancelError, type CancelSignals, endBySignal } from "./cancel_signals.ts";
import { LONGEST_WAIT_OF_CANCEL } from "./deadline.ts";
import { DEFAULTS } from "../options.ts";

/**
 * Dagster and a terminal both send a signal for one Ctrl-C: within this time it is the same cancel.
 * In milliseconds.
 */
const SAME_CANCEL = 1000;

/** How often a session looks whether its launcher is still there, in milliseconds. */
const LOOK = 1000;

/** The cancel of a run, if there is one: what the script sees of it, and the time that it has then. */
export class Cancellation {
  readonly #graceSeconds: number | undefined;
  #controller: AbortController | undefined;
  #by: CancelSignal | undefined;
  #at = 0;
  #reason: DagsterPipesError | undefined;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param graceSeconds The time that the script has from a cancel on, where it asked for one. */
  constructor(graceSeconds: number | undefined) {
    this.#graceSeconds = graceSeconds;
  }

  /**
   * Aborted when Dagster cancels the run. Made when it is first asked for: most scripts never do,
   * and Node loads code for it.
   */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** The error that stands for the cancel, or `undefined` where there was none. */
  get reason(): DagsterPipesError | undefined {
    return this.#reason;
  }

  /** How long messages may still be sent, in seconds, or `undefined` where nothing was cancelled. */
  get secondsLeft(): number | undefined {
    if (this.#by === undefined) return undefined;
    return LONGEST_WAIT_OF_CANCEL - (performance.now() - this.#at) / 1000;
  }

  /** Whether something in the script waits for the abort, as far as can be seen. */
  isAwaited(runtime: Runtime): boolean {
    return this.#controller !== undefined && !this.#controller.signal.aborted &&
      runtime.hasAbortListeners(this.#controller.signal);
  }

  /** Notes that the run is cancelled, and tells all who wait for that. */
  cancel(by: CancelSignal): void {
    if (this.#by !== undefined) return;
    this.#by = by;
    this.#at = performance.now();
    this.#reason = cancelError(by);
    this.#controller?.abort(this.#reason);
  }

  /**
   * Takes a signal that cancels the run: closes the session at once where nothing in the script can
   * know of it, and after its grace elsewhere. A later signal of another cancel closes it too.
   */
  take(by: CancelSignal, runtime: Runtime, close: () => void): void {
    if (this.#by !== undefined) {
      if (performance.now() - this.#at > SAME_CANCEL) close();
      return;
    }
    const mayBeKnown = this.#controller !== undefined || this.#graceSeconds !== undefined ||
      runtime.isListenedTo(by) !== false;
    if (mayBeKnown) {
      const seconds = this.#graceSeconds ?? DEFAULTS.graceSeconds;
      this.#graceTimer = setTimeout(close, seconds * 1000);
    }
    this.cancel(by);
    if (!mayBeKnown) close();
  }

  /** The session is closed: nothing is to come of the grace any more. */
  endGrace(): void {
    // Deno loads a `node:` module at the first touch of its timers.
    if (this.#graceTimer !== undefined) clearTimeout(this.#graceTimer);
  }

  /** Ends the process where the run was cancelled. */
  endProcess(runtime: Runtime): void {
    if (this.#by !== undefined) endBySignal(this.#by, runtime);
  }
}

/**
 * Takes the end of its launcher for a cancel: killed by SIGKILL, it could neither tell Dagster of
 * the end nor end what it started. Returns what ends the watch.
 */
export function watchLauncher(launcher: Launcher, signals: CancelSignals): () => void {
  // Deno tells of any process but its parent only where it may start some.
  const runtime = currentRuntime();
  const isParent = runtime.parentId() === launcher.pid;
  const isThere = (): boolean =>
    isParent ? runtime.parentId() === launcher.pid : runtime.isRunning(launcher.pid);
  const timer: ReturnType<typeof setInterval> & { unref?(): void } = setInterval(() => {
    if (isThere()) return;
    clearInterval(timer);
    signals.take("SIGTERM");
  }, LOOK);
  timer.unref?.();
  return () => clearInterval(timer);
}
