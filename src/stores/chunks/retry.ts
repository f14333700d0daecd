import type { PipesAbortSignal } from "../../public_types.ts";
import { AttemptRequests } from "./attempt_requests.ts";
import { onAbort, type StoreEnvironment } from "./environment.ts";
import { clientReason } from "./store_error.ts";

/** How long one attempt may take. */
const MAX_ATTEMPT_MS = 15_000;

/** The wait after the first failed attempt. Each further wait is twice as long. */
const FIRST_WAIT_MS = 500;

/** The longest wait between two attempts. */
const MAX_WAIT_MS = 10_000;

/** The longest wait between two attempts while the process waits for the request. */
const MAX_URGENT_WAIT_MS = 1000;

/** Repeats a request that fails, with growing waits. */
export class Retry {
  readonly #environment: StoreEnvironment;
  readonly #giveUp: PipesAbortSignal;
  #isUrgent = false;
  #endWait: (() => void) | undefined;

  /** @param giveUp Ends attempts and waits when it is aborted. */
  constructor(environment: StoreEnvironment, giveUp: PipesAbortSignal) {
    this.#environment = environment;
    this.#giveUp = giveUp;
  }

  /** While the process waits for the request, it is repeated sooner, and keeps the process alive. */
  setUrgent(isUrgent: boolean): void {
    this.#isUrgent = isUrgent;
    this.#endWait?.();
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
    const { notice } = this.#environment;
    for (let attempt = 1;; attempt++) {
      try {
        const result = await this.#attempt(request);
        if (attempt > 1) notice(`${attempt} attempts were needed to ${action}`);
        return result;
      } catch (error) {
        if (isFinal(error) || this.#giveUp.aborted) throw error;
        if (isReported(attempt)) {
          notice(
            `cannot ${action}, and try again (attempt ${attempt} failed): ${clientReason(error)}`,
          );
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
      this.#environment.clock.after(MAX_ATTEMPT_MS, () => end(tooSlow), true),
    ];
    try {
      const result = requests.of(async () => await request(controller.signal));
      // Not every client reacts to the signal.
      return await Promise.race([result, stopped]);
    } catch (error) {
      // A client may leave the body of an answer unread that it does not like.
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
      this.#environment.clock.after(randomWait, resolve, this.#isUrgent),
    ];
    await promise;
    for (const cancel of cancels) cancel();
    this.#endWait = undefined;
  }
}

/** The first failures are reported, and then fewer and fewer of them. */
function isReported(failures: number): boolean {
  return failures <= 3 || Number.isInteger(Math.log2(failures));
}
