import type { Launcher } from "../../protocol/launcher_params.ts";
import { currentRuntime } from "../../runtime/current.ts";
import { failProcess } from "../../runtime/exit_process.ts";
import { listenToProcessEnd } from "../../runtime/process_end.ts";
import { setBackgroundTimer } from "../../runtime/timers.ts";
import type { Cancellation } from "./cancellation.ts";

/**
 * How long other listeners may react to the signal that follows the grace. Some, as in the package
 * `signal-exit`, react only if they are the last.
 */
const LAST_CALL_MS = 100;

const LAUNCHER_POLL_INTERVAL_MS = 1000;

/**
 * Ends a process whose run was cancelled by the same signal, so that its parent sees the reason: now,
 * or when the grace is over if another listener of the signal may be cleaning up. Until then, no error
 * ends the process. No exit code of the script makes it succeed.
 *
 * @returns A promise that resolves when the script does not have anything left to do.
 */
export function endCancelledProcess(cancellation: Cancellation): Promise<void> {
  const idle = Promise.withResolvers<void>();
  failProcess(cancellation.exitCode);
  listenToProcessEnd((end) => {
    failProcess(cancellation.exitCode);
    if (end.reason === "idle") idle.resolve();
    return end.reason === "error" && cancellation.isShared ? idle.promise : undefined;
  });
  const { taken } = cancellation;
  if (taken !== undefined) {
    const runtime = currentRuntime();
    const end = (): void => runtime.endBySignal(taken.by);
    if (!taken.isShared) end();
    else {
      setBackgroundTimer(() => {
        runtime.raise(taken.by);
        setBackgroundTimer(end, LAST_CALL_MS);
      }, cancellation.graceMsLeft);
    }
  }
  return idle.promise;
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
  let stop = (): void => {};
  const poll = (): void => {
    const check = (): void => isThere() ? poll() : runtime.raise("SIGTERM");
    stop = setBackgroundTimer(check, LAUNCHER_POLL_INTERVAL_MS);
  };
  poll();
  return () => stop();
}
