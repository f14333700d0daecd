import type { PipesAbortSignal } from "../../public_types.ts";
import { printNotice } from "../../runtime/notice.ts";
import { setBackgroundTimer } from "../../runtime/timers.ts";

/** What the sending of chunks depends on besides the store. Tests pass their own. */
export interface StoreEnvironment {
  /** Returns milliseconds since a fixed moment. It never goes back, unlike the system's clock. */
  now(): number;
  /**
   * Calls an action after a time. Returns what cancels the call.
   *
   * @param keepsAlive Whether a process that is otherwise finished waits for it.
   */
  after(ms: number, action: () => void, keepsAlive: boolean): () => void;
  /** Prints a line for the user. */
  notice(line: string): void;
}

export const SYSTEM_ENVIRONMENT: StoreEnvironment = {
  now: () => performance.now(),
  after(ms, action, keepsAlive) {
    if (!keepsAlive) return setBackgroundTimer(action, ms);
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  notice: (line) => printNotice(`dagster-pipes: ${line}`),
};

/** Calls an action when a signal is aborted, or at once if it is. Returns what ends the listening. */
export function onAbort(signal: PipesAbortSignal, action: () => void): () => void {
  if (signal.aborted) action();
  signal.addEventListener("abort", action);
  return () => signal.removeEventListener("abort", action);
}
