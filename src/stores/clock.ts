import type { PipesAbortSignal } from "../public_types.ts";
import { setBackgroundTimer } from "../runtime/timers.ts";

/** The time, as what sends messages sees it. Tests put one of their own in its place. */
export interface Clock {
  /** Milliseconds since some moment; it never goes back, whatever is done to the system's clock. */
  now(): number;
  /**
   * Calls an action after so many milliseconds. Returns what cancels it.
   *
   * @param keepsAlive Whether the process is to wait for it, though it has nothing else to do.
   */
  after(ms: number, action: () => void, keepsAlive: boolean): () => void;
}

/** The real time. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(ms, action, keepsAlive) {
    if (!keepsAlive) return setBackgroundTimer(action, ms);
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

/** Calls an action when a signal is aborted, at once where it is. Returns what ends that. */
export function onAbort(signal: PipesAbortSignal, action: () => void): () => void {
  if (signal.aborted) action();
  signal.addEventListener("abort", action);
  return () => signal.removeEventListener("abort", action);
}
