import { nodeProcess } from "../node/adapter.ts";
import { idleDetector } from "../node/process_end.ts";
import type { EndListener } from "../process_end.ts";
import { ErrorTeller, type HandledEvent, isCaught, watchHandlers } from "../uncaught_errors.ts";

/**
 * Calls a listener when the process ends, on Deno, by web events: listening by `process.on` would
 * load `node:process`.
 */
export function listenToDenoEnd(deno: typeof Deno, listener: EndListener): () => void {
  const teller = new ErrorTeller(listener);
  let unwatch: (() => void) | undefined;
  let unwatchIdle: (() => void) | undefined;
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
  // Comes when the event loop runs empty, ahead of the event of Node's kind for that, which tells
  // what listeners of that kind find to do.
  const onEmpty = (): void => {
    removeEventListener("beforeunload", onEmpty);
    nodeProcess().on("beforeExit", onBeforeExit);
    unwatchIdle = () => nodeProcess().off("beforeExit", onBeforeExit);
  };
  const onBeforeExit = idleDetector(teller);
  const onExit = (): void => teller.tellExit(deno.exitCode);
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

/** What was thrown: of an error in a worker there is but a text, and where it was thrown. */
function errorOf({ error, message, filename, lineno, colno }: ErrorEvent): unknown {
  if (error !== null && error !== undefined || /^Uncaught (null|undefined)$/.test(message)) {
    return error;
  }
  const told = new Error(message.replace(/^Uncaught (\(in promise\) )?/, ""));
  told.stack = `${message}\n    at ${filename}:${lineno}:${colno}`;
  return told;
}
