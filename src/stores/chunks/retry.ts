import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { isRecord } from "../../json/kinds.ts";
import type { PipesAbortSignal } from "../../public_types.ts";
import { onAbort, type StoreEnvironment } from "./environment.ts";
import { clientReason } from "./store_error.ts";

const MAX_ATTEMPT_MS = 15_000;

/** Each further wait is twice as long. */
const FIRST_WAIT_MS = 500;

const MAX_WAIT_MS = 10_000;

/** While the process waits for the request. */
const MAX_URGENT_WAIT_MS = 1000;

/** Repeats a request that fails, after longer and longer waits. */
export class Retry {
  readonly #environment: StoreEnvironment;
  readonly #giveUp: PipesAbortSignal;
  #isUrgent = false;
  #endWait = (): void => {};

  /** @param giveUp Ends attempts and waits when aborted. */
  constructor(environment: StoreEnvironment, giveUp: PipesAbortSignal) {
    this.#environment = environment;
    this.#giveUp = giveUp;
  }

  /** While the process waits for a request, retries come sooner and keep the process alive. */
  setUrgent(isUrgent: boolean): void {
    this.#isUrgent = isUrgent;
    this.#endWait();
  }

  /**
   * Makes a request until it succeeds, or throws what the last attempt threw.
   *
   * @param action What the request does, such as `write s3://bucket/key`.
   * @param request Makes one attempt. Its signal is aborted if that takes too long.
   * @param isFinal Whether an error ends the attempts.
   */
  async run<T>(
    action: string,
    request: (signal: AbortSignal) => Promise<T>,
    isFinal: (error: unknown) => boolean,
  ): Promise<T> {
    for (let attempt = 1;; attempt++) {
      try {
        const result = await this.#attempt(request);
        if (attempt > 1) this.#environment.notice(`${attempt} attempts were needed to ${action}`);
        return result;
      } catch (error) {
        if (isFinal(error) || this.#giveUp.aborted) throw error;
        if (isReported(attempt)) {
          const reason = `attempt ${attempt} failed: ${clientReason(error)}`;
          this.#environment.notice(`cannot ${action}, trying again (${reason})`);
        }
        await this.#wait(attempt);
        if (this.#giveUp.aborted) throw error;
      }
    }
  }

  async #attempt<T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const requests = new AttemptRequests();
    const end = (error: unknown): void => {
      requests.end();
      controller.abort(error);
      reject(error);
    };
    const tooSlow = new Error(`no answer came within ${MAX_ATTEMPT_MS / 1000} s`);
    const noTime = new Error("no answer came before the time was up");
    const cancels = [
      onAbort(this.#giveUp, () => end(noTime)),
      this.#environment.after(MAX_ATTEMPT_MS, () => end(tooSlow), true),
    ];
    try {
      const result = requests.of(async () => await request(controller.signal));
      // Not every client reacts to the signal.
      return await Promise.race([result, stopped]);
    } catch (error) {
      // The client may have left the body of an answer unread.
      end(error);
      throw error;
    } finally {
      for (const cancel of cancels) cancel();
    }
  }

  async #wait(failedAttempts: number): Promise<void> {
    const longest = this.#isUrgent ? MAX_URGENT_WAIT_MS : MAX_WAIT_MS;
    const wait = Math.min(FIRST_WAIT_MS * 2 ** (failedAttempts - 1), longest);
    // Half of the wait is random, so that processes that failed together do not retry together.
    const randomWait = wait * (0.5 + Math.random() / 2);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endWait = resolve;
    const cancels = [
      onAbort(this.#giveUp, resolve),
      this.#environment.after(randomWait, resolve, this.#isUrgent),
    ];
    await promise;
    for (const cancel of cancels) cancel();
  }
}

/** Reports the first failures, and then fewer and fewer. */
function isReported(failures: number): boolean {
  return failures <= 3 || Number.isInteger(Math.log2(failures));
}

const currentRequests = new AsyncLocalStorage<Record<string, unknown>[]>();
let isListening = false;

/**
 * The requests by `node:http` of an attempt. They end with it, and do not keep the process alive:
 * not every client ends its request when the signal is aborted.
 */
class AttemptRequests {
  readonly #requests: Record<string, unknown>[] = [];

  /** Calls a function, and collects the requests that it makes. */
  of<T>(attempt: () => T): T {
    if (!isListening) subscribe("http.client.request.start", addRequest);
    isListening = true;
    return currentRequests.run(this.#requests, attempt);
  }

  end(): void {
    for (const request of this.#requests) {
      // Deno 2.9 repeats a destroyed request that used the connection of an earlier one.
      request.reusedSocket = false;
      if (typeof request.destroy === "function") request.destroy();
    }
  }
}

function addRequest(message: unknown): void {
  if (!isRecord(message) || !isRecord(message.request)) return;
  currentRequests.getStore()?.push(message.request);
}
