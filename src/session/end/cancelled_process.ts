import { currentRuntime } from "../../runtime/current.ts";
import { failProcess } from "../../runtime/exit_process.ts";
import { listenToProcessEnd } from "../../runtime/process_end.ts";
import type { Cancellation } from "./cancellation.ts";

/**
 * Ends a process whose run was cancelled, after its session. From here on, no exit code of the script
 * makes it succeed, and no error ends it while another listener of the signal is cleaning up.
 *
 * @returns A promise that resolves when the script has nothing left to do.
 */
export function endCancelledProcess(cancellation: Cancellation): Promise<void> {
  const idle = Promise.withResolvers<void>();
  failProcess(cancellation.exitCode);
  listenToProcessEnd((end) => {
    failProcess(cancellation.exitCode);
    if (end.reason === "idle") idle.resolve();
    return end.reason === "error" && cancellation.isShared ? idle.promise : undefined;
  });
  cancellation.endProcess(currentRuntime());
  return idle.promise;
}
