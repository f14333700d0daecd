import { replaceMethod, stopAll } from "../replace_method.ts";
import {
  ErrorReporter,
  isCaught,
  type ProcessEndListener,
  watchHandlers,
} from "../uncaught_errors.ts";
import type { NodeProcess } from "./process_global.ts";

/** Calls a listener when the process ends, on Node or Bun. */
export function listenToNodeEnd(process: NodeProcess, listener: ProcessEndListener): () => void {
  const reporter = new ErrorReporter(listener);
  const stop = listenToProcessEvents(process, reporter);
  const endsByRejections = process.versions.bun !== undefined &&
    !process.execArgv.some((option) => option.startsWith("--unhandled-rejections"));
  return endsByRejections ? stopAll([stop, listenToBunRejections(process, reporter)]) : stop;
}

/** Listens to unhandled rejections, which end Bun unless its command line selects Node's way. */
function listenToBunRejections(process: NodeProcess, reporter: ErrorReporter): () => void {
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
  return () => process.off("unhandledRejection", onRejection);
}

/** Listens to the events of `process` that Node and Bun share. */
function listenToProcessEvents(process: NodeProcess, reporter: ErrorReporter): () => void {
  // A monitor sees uncaught errors without handling them.
  const onUncaught = (error: unknown, origin: string): void => {
    stayLast();
    if (reporter.isHolding) return;
    if (isCaught(process, "uncaughtException")) {
      reporter.noteCaught(error);
      return;
    }
    // As long as there is such a handler, the process does not end.
    const hold = (): void => {};
    const isHeld = reporter.reportError(error, () => {
      process.off("uncaughtException", hold);
      failBy(process, error, origin);
    });
    if (isHeld) process.on("uncaughtException", hold);
  };
  const onExit = (code: number): void => reporter.reportExit(code);
  // Another listener may change the exit code.
  const stayLast = (): void => {
    process.off("exit", onExit);
    process.on("exit", onExit);
  };
  const onEmpty = (): void => {
    stayLast();
    reporter.reportEmpty();
  };
  // Another listener may also exit by itself, and some exits emit no event.
  const unwatchExit = replaceMethod(process, "reallyExit", (reallyExit) => (code) => {
    const chosen = process.exitCode = Number(code ?? 0);
    onExit(chosen);
    return reallyExit.call(process, process.exitCode);
  });
  const unwatch = watchHandlers(
    process,
    reporter,
    ["uncaughtException"],
    (thrown) => failBy(process, thrown, "uncaughtException"),
  );
  process.on("uncaughtExceptionMonitor", onUncaught);
  process.on("beforeExit", onEmpty);
  process.on("exit", onExit);
  return stopAll([
    () => process.off("uncaughtExceptionMonitor", onUncaught),
    () => process.off("beforeExit", onEmpty),
    () => process.off("exit", onExit),
    unwatchExit,
    unwatch,
  ]);
}

/** Ends the process by an uncaught error, as it would have ended without a listener. */
function failBy(process: NodeProcess, error: unknown, origin: string): void {
  // Bun prints the stack of a rejection, but not of an error that is thrown again.
  const isRejection = origin === "unhandledRejection" ||
    process.versions.bun !== undefined && process.listenerCount("unhandledRejection") === 0;
  if (isRejection) Promise.reject(error);
  else {
    setImmediate(() => {
      throw error;
    });
  }
}
