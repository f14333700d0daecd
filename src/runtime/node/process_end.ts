import type { NodeProcess } from "./adapter.ts";
import type { EndListener } from "../process_end.ts";
import { replaceMethod } from "../replace_method.ts";
import { ErrorTeller, isCaught, watchHandlers } from "../uncaught_errors.ts";

/** Calls a listener when the process ends, on Node. */
export function listenToNodeEnd(process: NodeProcess, listener: EndListener): () => void {
  return listenToEnd(process, new ErrorTeller(listener));
}

/**
 * Calls a listener when the process ends, on Bun: as on Node, but for rejections, where Bun's own
 * way with them is not replaced by one of Node's.
 */
export function listenToBunEnd(process: NodeProcess, listener: EndListener): () => void {
  const teller = new ErrorTeller(listener);
  const unlisten = listenToEnd(process, teller);
  if (process.execArgv.some((option) => option.startsWith("--unhandled-rejections"))) {
    return unlisten;
  }
  // No other hook sees a rejection that nobody handles, and the process goes on to `exit` with code
  // 0.
  const onRejection = (reason: unknown): void => {
    if (process.listenerCount("unhandledRejection") > 1) return teller.take(reason);
    // Being here at all counts as dealing with it. Rejected again with nobody here, it is printed
    // and fails the process, as it would have without; thrown from here, it would be printed with
    // this line as its place.
    const fail = (): void => {
      process.off("unhandledRejection", onRejection);
      Promise.reject(reason);
    };
    if (!teller.tell(reason, fail)) fail();
  };
  // The script's own listener may end the process.
  process.prependListener("unhandledRejection", onRejection);
  return () => {
    unlisten();
    process.off("unhandledRejection", onRejection);
  };
}

function listenToEnd(
  process: NodeProcess,
  teller: ErrorTeller,
): () => void {
  // Sees what nobody catches, and changes nothing about it.
  const onUncaught = (error: unknown, origin: string): void => {
    if (teller.isHolding) return;
    if (isCaught(process, "uncaughtException")) {
      teller.take(error);
      return;
    }
    // While there is such a handler, the process does not end.
    const hold = (): void => {};
    const isHeld = teller.tell(error, () => {
      process.off("uncaughtException", hold);
      failBy(process, error, origin);
    });
    if (isHeld) process.on("uncaughtException", hold);
  };
  const onEmpty = idleDetector(teller);
  let hasExited = false;
  const onExit = (code: number): void => {
    hasExited = true;
    teller.tellExit(code);
  };
  // A listener that comes earlier may exit itself, and some exit without any event.
  const unwatchExit = replaceMethod(process, "reallyExit", (reallyExit) => (code) => {
    const { exitCode } = process;
    if (!hasExited) onExit(Number(code ?? 0));
    return reallyExit.call(process, process.exitCode === exitCode ? code : process.exitCode);
  });
  const unwatch = watchHandlers(
    process,
    teller,
    ["uncaughtException"],
    (thrown) => failBy(process, thrown, "uncaughtException"),
  );
  process.on("uncaughtExceptionMonitor", onUncaught);
  process.on("beforeExit", onEmpty);
  process.on("exit", onExit);
  return () => {
    unwatch();
    unwatchExit();
    process.off("uncaughtExceptionMonitor", onUncaught);
    process.off("beforeExit", onEmpty);
    process.off("exit", onExit);
  };
}

/**
 * What is to be called at each `beforeExit`, which comes when the event loop runs empty, and not by
 * `exit`. Other listeners may still find something to do then: idle is who is so twice in a row.
 */
export function idleDetector(teller: ErrorTeller): () => void {
  let isQuiet = false;
  return () => {
    if (isQuiet) {
      teller.tellIdle();
      return;
    }
    setImmediate(() => {
      isQuiet = true;
      // Runs only where something else keeps the event loop going.
      setImmediate(() => isQuiet = false).unref();
    });
  };
}

/** Ends the process by an error that nobody caught, as it would have ended before. */
function failBy(process: NodeProcess, error: unknown, origin: string): void {
  // Bun shows the stack of what is rejected, and not that of what is thrown again.
  const isRejection = origin === "unhandledRejection" ||
    process.versions.bun !== undefined && process.listenerCount("unhandledRejection") === 0;
  if (isRejection) Promise.reject(error);
  else {
    setImmediate(() => {
      throw error;
    });
  }
}
