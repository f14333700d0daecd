import type { NodeProcess } from "./node/process_global.ts";
import { replaceMethod } from "./replace_method.ts";

/** The last error that the script's own handlers of uncaught errors received. */
export interface Caught {
  readonly error?: unknown;
}

/** How the process ends, as far as it can observe that itself. */
export type ProcessEndEvent =
  | { readonly reason: "exit"; readonly code: number } & Caught
  | { readonly reason: "idle" } & Caught
  | { readonly reason: "error"; readonly error: unknown };

/**
 * Receives how the process ends. An end by an error waits for a promise that it returns, which does
 * not reject.
 */
export type ProcessEndListener = (end: ProcessEndEvent) => void | Promise<void>;

/** Reports uncaught errors, and the exit that may follow from them, to a listener. */
export class ErrorReporter {
  readonly #listener: ProcessEndListener;
  #caught: Caught = {};
  #wasEmpty = false;
  #state: "watching" | "holding" | "failing" = "watching";

  constructor(listener: ProcessEndListener) {
    this.#listener = listener;
  }

  /** Whether the end of the process waits for the listener. */
  get isHolding(): boolean {
    return this.#state === "holding";
  }

  /** Notes an error that the script handles. The process goes on, unless the handler ends it. */
  noteCaught(error: unknown): void {
    this.#caught = { error };
  }

  /**
   * Reports an error that ends the process. If this returns `true`, the caller has to keep the
   * process from ending, until `fail` is called.
   */
  reportError(error: unknown, fail: () => void): boolean {
    if (this.#state !== "watching") return this.isHolding;
    const pending = this.#listener({ reason: "error", error });
    if (pending === undefined) return false;
    this.#state = "holding";
    pending.then(() => {
      this.#state = "failing";
      fail();
    });
    return true;
  }

  /**
   * Receives `beforeExit`, which is emitted when the event loop runs empty. Other listeners may
   * still start something then: the process is idle after two such events in a row.
   */
  reportEmpty(): void {
    if (this.#wasEmpty) {
      void this.#listener({ reason: "idle", ...this.#caught });
      return;
    }
    setImmediate(() => {
      this.#wasEmpty = true;
      // Runs only if something else keeps the event loop going.
      setImmediate(() => this.#wasEmpty = false).unref();
    });
  }

  /** Reports an exit, again if another listener of the exit chooses another code. */
  reportExit(code: number): void {
    void this.#listener({ reason: "exit", code, ...this.#caught });
  }
}

/** The events of `process` that report uncaught errors to a script. */
const HANDLED_EVENTS = ["uncaughtException", "unhandledRejection"] as const;

export type HandledEvent = typeof HANDLED_EVENTS[number];

/**
 * Watches the handlers that a script has for such events: which errors they receive, and whether
 * they throw, which ends the process without a further event.
 *
 * @param fatal The events whose handlers end the process if they throw.
 * @param fail Ends the process by the error that was thrown.
 */
export function watchHandlers(
  process: NodeProcess,
  reporter: ErrorReporter,
  fatal: readonly HandledEvent[],
  fail: (thrown: unknown) => void,
): () => void {
  const emitter: { emit(...args: unknown[]): unknown } = process;
  return replaceMethod(emitter, "emit", (emit) => (...args) => {
    const event = HANDLED_EVENTS.find((name) => name === args[0]);
    if (event === undefined) return emit.apply(process, args);
    if (process.listenerCount(event) > 0 && !reporter.isHolding) reporter.noteCaught(args[1]);
    try {
      return emit.apply(process, args);
    } catch (thrown) {
      if (fatal.includes(event) && reporter.reportError(thrown, () => fail(thrown))) return true;
      throw thrown;
    }
  });
}

/** Whether the script has a handler for uncaught errors. */
export function isCaught(process: NodeProcess, ...events: readonly HandledEvent[]): boolean {
  return events.some((event) => process.listenerCount(event) > 0) ||
    process.hasUncaughtExceptionCaptureCallback();
}
