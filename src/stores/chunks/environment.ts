import type { PipesAbortSignal } from "../../public_types.ts";
import { printNotice } from "../../runtime/notice.ts";
import { setBackgroundTimer } from "../../runtime/timers.ts";

/** The time. Tests pass one of their own. */
export interface Clock {
  /** Returns milliseconds since a fixed moment. It never goes back, unlike the system's clock. */
  now(): number;
  /**
   * Calls an action after a time. Returns what cancels the call.
   *
   * @param keepsAlive Whether the process waits for it even if it has nothing else to do.
   */
  after(ms: number, action: () => void, keepsAlive: boolean): () => void;
}

/** What the sending of chunks depends on besides the store. Tests pass one of their own. */
export interface StoreEnvironment {
  readonly clock: Clock;
  /** Prints a line for the user. */
  readonly notice: (line: string) => void;
}

/** The real time, and stderr. */
export const SYSTEM_ENVIRONMENT: StoreEnvironment = {
  clock: {
    now: () => performance.now(),
    after(ms, action, keepsAlive) {
      if (!keepsAlive) return setBackgroundTimer(action, ms);
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  },
  notice: (line) => printNotice(`dagster-pipes: ${line}`),
};

/** Calls an action when a signal is aborted, or at once if it is. Returns what ends the listening. */
export function onAbort(signal: PipesAbortSignal, action: () => void): () => void {
  if (signal.aborted) action();
  signal.addEventListener("abort", action);
  return () => signal.removeEventListener("abort", action);
}
