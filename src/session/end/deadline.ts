import { DagsterPipesError } from "../../errors.ts";
import type { PipesMessageWriterChannel } from "../../ports.ts";
import { setBackgroundTimer } from "../../runtime/timers.ts";

/** How long the end of a process waits for messages to be sent, in seconds. */
export const LONGEST_WAIT = 60;

/** The same after a cancel, counted from there: Dagster waits 20 s. */
export const LONGEST_WAIT_OF_CANCEL = 18;

/** Closes a channel, and waits for that as long as Dagster leaves the time. */
export async function closeInTime(
  channel: PipesMessageWriterChannel,
  isCancelled: boolean,
): Promise<void> {
  const deadline = new Deadline();
  deadline.set(isCancelled ? LONGEST_WAIT_OF_CANCEL : LONGEST_WAIT);
  await deadline.wait(Promise.resolve(channel.close(deadline.signal)));
}

/** How long something is waited for. It may be made shorter meanwhile. */
export class Deadline {
  readonly #controller = new AbortController();
  #cancel: (() => void) | undefined;

  /** Aborted when the time is up. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Lets the time be up after so many seconds from now. */
  set(seconds: number): void {
    this.clear();
    const end = (): void => {
      const tooLate = `not all was sent within ${Math.round(seconds)} s`;
      this.#controller.abort(new DagsterPipesError("messages_unavailable", tooLate));
    };
    // The end of a process gives no turn for a timer.
    if (seconds <= 0) return end();
    // Where nothing else is left to happen, nothing will be sent either.
    this.#cancel = setBackgroundTimer(end, seconds * 1000);
  }

  /** Waits for a promise, and rejects when the time is up. */
  async wait(promise: PromiseLike<void>): Promise<void> {
    const { signal } = this;
    let giveUp = (): void => {};
    const tooLate = new Promise<never>((_, reject) => {
      giveUp = () => reject(signal.reason);
      signal.addEventListener("abort", giveUp);
      if (signal.aborted) giveUp();
    });
    try {
      await Promise.race([promise, tooLate]);
    } finally {
      signal.removeEventListener("abort", giveUp);
      this.clear();
    }
  }

  /** Lets the time be up no more. */
  clear(): void {
    this.#cancel?.();
  }
}
