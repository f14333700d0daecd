import { nodeProcess } from "../node/process_global.ts";
import { replaceMethod, stopAll } from "../replace_method.ts";
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
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const stops: (() => void)[] = [() => controller.abort()];
  let isWatchingHandlers = false;
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
      if (!isWatchingHandlers) stops.push(watchHandlers(process, reporter, events, reportError));
      isWatchingHandlers = true;
    } else if (reporter.reportError(error, () => fail(error))) {
      // Otherwise the process would end at once.
      event.preventDefault();
    }
  };
  addEventListener(
    "error",
    (event) => react(event, errorOf(event), reportError, "uncaughtException"),
    options,
  );
  addEventListener("unhandledrejection", (event) => {
    const fail = (reason: unknown) => Promise.reject(reason);
    react(event, event.reason, fail, "unhandledRejection", "uncaughtException");
  }, options);
  // `beforeunload` is dispatched when the event loop runs empty, before the `beforeExit` of
  // `process`, whose listeners may start something.
  addEventListener("beforeunload", () => {
    const reportEmpty = (): void => reporter.reportEmpty();
    nodeProcess().on("beforeExit", reportEmpty);
    stops.push(() => nodeProcess().off("beforeExit", reportEmpty));
  }, { ...options, once: true });
  const reportExit = (): void => reporter.reportExit(deno.exitCode);
  addEventListener("unload", () => {
    reportExit();
    // If the event loop ran empty, the listeners of `process` are called after this.
    if (deno.exitCode !== 0) nodeProcess().on("exit", reportExit);
  }, options);
  // A listener of an exit may exit by itself, after `unload` was dispatched.
  stops.push(replaceMethod(deno, "exit", (exit) => (code = deno.exitCode) => {
    deno.exitCode = code;
    reportExit();
    return exit.call(deno);
  }));
  return stopAll(stops);
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
