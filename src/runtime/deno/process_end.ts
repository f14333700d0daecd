import { nodeProcess } from "../node/process_global.ts";
import { replaceMethod } from "../replace_method.ts";
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
    const reportEmpty = (): void => reporter.reportEmpty();
    nodeProcess().on("beforeExit", reportEmpty);
    unwatchIdle = () => nodeProcess().off("beforeExit", reportEmpty);
  };
  const reportExit = (): void => reporter.reportExit(deno.exitCode);
  const onUnload = (): void => {
    reportExit();
    // If the event loop ran empty, the listeners of `process` are called after this.
    if (deno.exitCode !== 0) nodeProcess().on("exit", reportExit);
  };
  // A listener of an exit may exit by itself, after `unload` was dispatched.
  const unwatchExit = replaceMethod(deno, "exit", (exit) => (code = deno.exitCode) => {
    deno.exitCode = code;
    reportExit();
    return exit.call(deno);
  });
  addEventListener("error", onError);
  addEventListener("unhandledrejection", onRejection);
  addEventListener("beforeunload", onEmpty);
  addEventListener("unload", onUnload);
  return () => {
    unwatchExit();
    unwatch?.();
    unwatchIdle?.();
    removeEventListener("error", onError);
    removeEventListener("unhandledrejection", onRejection);
    removeEventListener("beforeunload", onEmpty);
    removeEventListener("unload", onUnload);
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
