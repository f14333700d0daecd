import { keepAlive } from "./timers.ts";
import type { NodeProcess } from "./node/adapter.ts";
import type { EndListener } from "./process_end.ts";
import { replaceMethod } from "./replace_method.ts";

/** Tells a listener of errors that nobody catches, and of the exit that may follow from one. */
export class ErrorTeller {
  readonly #listener: EndListener;
  #taken: { readonly error: unknown } | undefined;
  #state: "watching" | "holding" | "failing" = "watching";

  constructor(listener: EndListener) {
    this.#listener = listener;
  }

  get isHolding(): boolean {
    return this.#state === "holding";
  }

  /**
   * Notes an error that the script has a handler for: the process goes on, unless the handler ends
   * it.
   */
  take(error: unknown): void {
    this.#taken = { error };
  }

  /**
   * Tells of an error that ends the process. Where it gives true, the process has to be kept from
   * that for now: `fail` is called when it may end.
   */
  tell(error: unknown, fail: () => void): boolean {
    const pending = this.#state === "watching"
      ? this.#listener({ reason: "error", error })
      : undefined;
    if (pending !== undefined) {
      this.#state = "holding";
      keepAlive(pending).finally(() => {
        this.#state = "failing";
        fail();
      });
    }
    return this.isHolding;
  }

  /** Tells of an event loop that ran empty. */
  tellIdle(): void {
    // What it waits for keeps the event loop going, or will never come.
    void this.#listener({ reason: "idle", ...this.#taken });
  }

  /** Tells of an exit. */
  tellExit(code: number): void {
    void this.#listener({ reason: "exit", code, ...this.#taken });
  }
}

/** Events of Node's kind by which a script may deal with what nobody catches. */
const HANDLED_EVENTS = ["uncaughtException", "unhandledRejection"] as const;

export type HandledEvent = typeof HANDLED_EVENTS[number];

/**
 * Watches the handlers that a script has for such an event: what they are given, and whether they
 * throw, which ends the process without any other event.
 *
 * @param fatal The events whose handlers end the process where they throw.
 * @param fail Ends the process by what was thrown.
 */
export function watchHandlers(
  process: NodeProcess,
  teller: ErrorTeller,
  fatal: readonly HandledEvent[],
  fail: (thrown: unknown) => void,
): () => void {
  const emitter: { emit(...args: unknown[]): unknown } = process;
  // Where it is frozen, what its handlers do stays unknown.
  return replaceMethod(emitter, "emit", (emit) => (...args) => {
    const event = HANDLED_EVENTS.find((name) => name === args[0]);
    if (event === undefined) return emit.apply(process, args);
    if (process.listenerCount(event) > 0 && !teller.isHolding) teller.take(args[1]);
    try {
      return emit.apply(process, args);
    } catch (thrown) {
      if (fatal.includes(event) && teller.tell(thrown, () => fail(thrown))) return true;
      throw thrown;
    }
  });
}

/** Whether a script catches what nobody else catches. */
export function isCaught(process: NodeProcess, ...events: readonly HandledEvent[]): boolean {
  return events.some((event) => process.listenerCount(event) > 0) ||
    process.hasUncaughtExceptionCaptureCallback();
}
