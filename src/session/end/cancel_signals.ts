import { DagsterPipesError } from "../../errors.ts";
import type { CancelSignal, Runtime } from "../../runtime/runtime.ts";

/**
 * The signals by which Dagster cancels a run. They are watched from the first message on, and kept
 * until there is somebody who can deal with them.
 */
export class CancelSignals {
  readonly #unwatch: (() => void)[] = [];
  readonly #waiting: CancelSignal[] = [];
  #listener: ((signal: CancelSignal) => void) | undefined;
  #endWait: ((signal: CancelSignal) => void) | undefined;

  /** Takes the signals from here on, in place of the system, which would end the process. */
  watch(runtime: Runtime): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      this.#unwatch.push(runtime.onSignal(signal, () => this.take(signal)));
    }
  }

  /** Takes a signal, or what is to count as one. */
  take(signal: CancelSignal): void {
    if (this.#listener !== undefined) return this.#listener(signal);
    this.#waiting.push(signal);
    this.#endWait?.(signal);
  }

  /** Waits for something, but not past a signal, which nobody can deal with yet. */
  async waitFor(work: PromiseLike<void>): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    this.#endWait = (signal) => reject(cancelError(signal));
    const [before] = this.#waiting;
    if (before !== undefined) this.#endWait(before);
    try {
      await Promise.race([work, promise]);
    } finally {
      this.#endWait = undefined;
    }
  }

  /** Calls a listener for each signal, those that came before too. */
  listen(listener: (signal: CancelSignal) => void): void {
    this.#listener = listener;
    for (const signal of this.#waiting.splice(0)) listener(signal);
  }

  /** Leaves the signals to the system again. */
  unwatch(): void {
    for (const unwatch of this.#unwatch.splice(0)) unwatch();
  }

  /** Ends the process where a signal came that nobody has dealt with. */
  endProcess(runtime: Runtime): void {
    const [signal] = this.#waiting;
    if (signal !== undefined) endBySignal(signal, runtime);
  }
}

/** The error that stands for a cancel. */
export function cancelError(by: CancelSignal): DagsterPipesError {
  return new DagsterPipesError(
    "session_interrupted",
    `Dagster cancelled the run: the process got ${by}`,
  );
}

/** Ends the process by the signal of a cancel, so that whoever waits for it sees why. */
export function endBySignal(by: CancelSignal, runtime: Runtime): void {
  // Where the script listens to the signal itself, it lives on, and must not end as if nothing had
  // been.
  runtime.setExitCode(by === "SIGINT" ? 130 : 143);
  runtime.raise(by);
}
