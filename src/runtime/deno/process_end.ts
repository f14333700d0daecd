import { nodeProcess } from "../node/process_global.ts";
import {
  ErrorReporter,
  type HandledEvent,
  isCaught,
  type ProcessEndListener,
  watchHandlers,
} from "../uncaught_errors.ts";

/**
 * Calls a listener when the process ends, on Deno. Listens to web events: listening to `process`
 * would load `node:process`.
 */
export function listenToDenoEnd(deno: typeof Deno, listener: ProcessEndListener): () => void {
  const reporter = new ErrorReporter(listener);
  let unwatch: (() => void) | undefined;
  let unwatchIdle: (() => void) | undefined;
  const react = (
    event: Event,
    error: unknown,
    fail: (error: unknown) => void,
    ...events: readonly HandledEvent[]
  ): void => {
    // This loads Node's modules, which does not matter at the end.
    const process = nodeProcess();
    if (event.defaultPrevented) reporter.noteCaught(error);
    else if (isCaught(process, ...events)) {
      reporter.noteCaught(error);
      // The handlers are called after this listener.
      unwatch ??= watchHandlers(process, reporter, events, reportError);
    } else if (reporter.reportError(error, () => fail(error))) {
      // Otherwise the process would end at once.
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
  // `beforeunload` is dispatched when the event loop runs empty, before the `beforeExit` of
  // `process`, whose listeners may start something.
  const onEmpty = (): void => {
    removeEventListener("beforeunload", onEmpty);
    nodeProcess().on("beforeExit", reporter.onEmpty);
    unwatchIdle = () => nodeProcess().off("beforeExit", reporter.onEmpty);
  };
  const onExit = (): void => reporter.reportExit(deno.exitCode);
  addEventListener("error", onError);
  addEventListener("unhandledrejection", onRejection);
  addEventListener("beforeunload", onEmpty);
  addEventListener("unload", onExit);
  return () => {
    unwatch?.();
    unwatchIdle?.();
    removeEventListener("error", onError);
    removeEventListener("unhandledrejection", onRejection);
    removeEventListener("beforeunload", onEmpty);
    removeEventListener("unload", onExit);
  };
}

/** Returns the error of an event. For an error in a worker, Deno has only its text and place. */
function errorOf({ error, message, filename, lineno, colno }: ErrorEvent): unknown {
  if (error !== null && error !== undefined || /^Uncaught (null|undefined)$/.test(message)) {
    return error;
  }
  const restored = new Error(message.replace(/^Uncaught (\(in promise\) )?/, ""));
  restored.stack = `${message}\n    at ${filename}:${lineno}:${colno}`;
  return restored;
}
