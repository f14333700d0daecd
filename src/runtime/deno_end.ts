import { nodeProcess } from "./node.ts";
import type { EndListener } from "./process_end.ts";
import { ErrorTeller, type HandledEvent, isCaught, watchHandlers } from "./uncaught_errors.ts";

/**
 * Calls a listener when the process ends, on Deno, by web events: listening by `process.on` would
 * load `node:process`.
 */
export function listenToDenoEnd(deno: typeof Deno, listener: EndListener): () => void {
  const teller = new ErrorTeller(listener);
  let isQuiet = false;
  let unwatch: (() => void) | undefined;
  const react = (
    event: Event,
    error: unknown,
    fail: (error: unknown) => void,
    ...events: readonly HandledEvent[]
  ): void => {
    // Touching it loads Node's modules, which no longer matters here.
    const process = nodeProcess();
    if (event.defaultPrevented) teller.take(error);
    else if (isCaught(process, ...events)) {
      teller.take(error);
      // The handlers have yet to be called.
      unwatch ??= watchHandlers(process, teller, events, reportError);
    } else if (teller.tell(error, () => fail(error))) {
      // The process would end at once.
      event.preventDefault();
    }
  };
  const onError = (event: ErrorEvent): void =>
    react(event, errorOf(event), reportError, "uncaughtException");
  const onRejection = (event: PromiseRejectionEvent): void =>
    react(
      event,
      event.reason,
      (reason) => Promise.reject(reason),
      "unhandledRejection",
      "uncaughtException",
    );
  // Comes when the event loop runs empty, and not by `exit`.
  const onEmpty = (event: Event): void => {
    if (isQuiet) {
      // What it waits for keeps the event loop going, or will never come.
      if (listener({ reason: "idle" }) !== undefined) event.preventDefault();
      return;
    }
    // As on Node. This runs only where something else keeps the event loop going.
    isQuiet = true;
    setImmediate(() => isQuiet = false).unref();
    event.preventDefault();
  };
  const onExit = (): void => teller.tellExit(deno.exitCode);
  addEventListener("error", onError);
  addEventListener("unhandledrejection", onRejection);
  addEventListener("beforeunload", onEmpty);
  addEventListener("unload", onExit);
  return () => {
    unwatch?.();
    removeEventListener("error", onError);
    removeEventListener("unhandledrejection", onRejection);
    removeEventListener("beforeunload", onEmpty);
    removeEventListener("unload", onExit);
  };
}

/** What was thrown: of an error in a worker there is but a text, and where it was thrown. */
function errorOf({ error, message, filename, lineno, colno }: ErrorEvent): unknown {
  if (error !== null && error !== undefined || /^Uncaught (null|undefined)$/.test(message)) {
    return error;
  }
  const told = new Error(message.replace(/^Uncaught (\(in promise\) )?/, ""));
  told.stack = `${message}\n    at ${filename}:${lineno}:${colno}`;
  return told;
}
