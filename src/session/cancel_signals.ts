import type { CancelSignal, Runtime } from "../runtime/runtime.ts";

/**
 * The signals by which Dagster cancels a run. They are watched from the first message on, and kept
 * until there is somebody who can deal with them.
 */
export class CancelSignals {
  readonly #unwatch: (() => void)[] = [];
  readonly #waiting: CancelSignal[] = [];
  #listener: ((signal: CancelSignal) => void) | undefined;

  /** Takes the signals from here on, in place of the system, which would end the process. */
  watch(runtime: Runtime): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      this.#unwatch.push(runtime.onSignal(signal, () => this.take(signal)));
    }
  }

  /** Takes a signal, or what is to count as one. */
  take(signal: CancelSignal): void {
    if (this.#listener === undefined) this.#waiting.push(signal);
    else this.#listener(signal);
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
}
