import { listenToProcessEvents } from "../node/process_end.ts";
import type { NodeProcess } from "../node/process_global.ts";
import { ErrorReporter, type ProcessEndListener } from "../uncaught_errors.ts";

/**
 * Calls a listener when the process ends, on Bun: as on Node, and by unhandled rejections as well,
 * unless the command line selects Node's way to handle them.
 */
export function listenToBunEnd(process: NodeProcess, listener: ProcessEndListener): () => void {
  const reporter = new ErrorReporter(listener);
  const unlisten = listenToProcessEvents(process, reporter);
  if (process.execArgv.some((option) => option.startsWith("--unhandled-rejections"))) {
    return unlisten;
  }
  // No other event reports an unhandled rejection, and the `exit` that follows has the code 0.
  const onRejection = (reason: unknown): void => {
    if (process.listenerCount("unhandledRejection") > 1) return reporter.noteCaught(reason);
    // A listener handles the rejection. If it is rejected again without one, Bun prints it and
    // fails, as it would have done before; if it were thrown here, Bun would print this line.
    const fail = (): void => {
      process.off("unhandledRejection", onRejection);
      Promise.reject(reason);
    };
    if (!reporter.reportError(reason, fail)) fail();
  };
  // A listener of the script may end the process.
  process.prependListener("unhandledRejection", onRejection);
  return () => {
    unlisten();
    process.off("unhandledRejection", onRejection);
  };
}
