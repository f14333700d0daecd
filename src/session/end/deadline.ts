import { DagsterPipesError } from "../../errors.ts";
import { setBackgroundTimer } from "../../runtime/timers.ts";
import { waitUnlessAborted } from "./cancellation.ts";

/** How long the end of a process waits for messages to be sent. */
export const MAX_END_WAIT_SECONDS = 60;

/** A limit to a wait, which may be set again during the wait. */
export class Deadline {
  readonly #controller = new AbortController();
  #cancelTimer: (() => void) | undefined;

  /** Aborted when the time is over. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Limits the wait to a time from now on; not at all if that is infinite. */
  set(seconds: number): void {
    this.clear();
    if (seconds === Infinity) return;
    const abort = (): void => {
      const reason = `not all was sent within ${Math.round(seconds)} s`;
      this.#controller.abort(new DagsterPipesError("messages_unavailable", reason));
    };
    // A process that is exiting does not run timers.
    if (seconds <= 0) return abort();
    // A process without other work left will not send anything more.
    this.#cancelTimer = setBackgroundTimer(abort, seconds * 1000);
  }

  clear(): void {
    this.#cancelTimer?.();
  }

  /** Waits for a promise, and rejects when the time is over. */
  async wait(promise: PromiseLike<void>): Promise<void> {
    try {
      await waitUnlessAborted(promise, this.signal);
    } finally {
      this.clear();
    }
  }
}
