import { printNotice } from "../runtime/notice.ts";
import { type Clock, onAbort, SYSTEM_CLOCK } from "./clock.ts";
import { reasonOf } from "./store_error.ts";

/** How long one attempt may take, in milliseconds. */
const ATTEMPT_LIMIT = 15_000;

const TOO_SLOW = `no answer came within ${ATTEMPT_LIMIT / 1000} s`;

/** The wait after the first failed attempt, in milliseconds. Each is twice the one before. */
const FIRST_WAIT = 500;

/** The longest wait between two attempts, in milliseconds. */
const LONGEST_WAIT = 10_000;

/** The same where the process waits for it. */
const LONGEST_URGENT_WAIT = 1000;

/** What attempts stand on; tests put something of their own in its place. */
export interface Surroundings {
  readonly clock: Clock;
  /** Tells whoever looks at the output of the process. */
  readonly notice: (line: string) => void;
}

/** The real time, and stderr. */
export const SURROUNDINGS: Surroundings = {
  clock: SYSTEM_CLOCK,
  notice: (line) => printNotice(`dagster-pipes: ${line}`),
};

/** Tries again what may fail, with growing waits, as long as somebody wants it. */
export class Persistence {
  readonly #clock: Clock;
  readonly #notice: (line: string) => void;
  readonly #over: AbortSignal;
  #isUrgent = false;
  #endWait: (() => void) | undefined;

  /** @param over Aborted when nobody wants it any longer: that ends attempts and waits. */
  constructor({ clock, notice }: Surroundings, over: AbortSignal) {
    this.#clock = clock;
    this.#notice = notice;
    this.#over = over;
  }

  /** Whether the process waits for it: then it tries more often, and keeps the process alive. */
  setUrgent(isUrgent: boolean): void {
    this.#isUrgent = isUrgent;
    this.#endWait?.();
  }

  /**
   * Does something, and again where it fails.
   *
   * @param name What it does, as in "Cannot {name}".
   * @param action Is given a signal that is aborted where it takes too long.
   * @param isHopeless Whether an error is not worth another attempt.
   * @returns What the action gave.
   * @throws What the last attempt threw, where another is not worth it or not wanted.
   */
  async try<T>(
    name: string,
    action: (signal: AbortSignal) => Promise<T>,
    isHopeless: (error: unknown) => boolean,
  ): Promise<T> {
    for (let failed = 0;; failed++) {
      try {
        const result = await this.#attempt(action);
        if (failed > 0) this.#notice(`${failed + 1} attempts were needed to ${name}`);
        return result;
      } catch (error) {
        if (isHopeless(error) || this.#over.aborted) throw error;
        if (isTold(failed + 1)) {
          this.#notice(
            `cannot ${name}, and try again (attempt ${failed + 1} failed): ${reasonOf(error)}`,
          );
        }
        await this.#wait(failed);
        if (this.#over.aborted) throw error;
      }
    }
  }

  async #attempt<T>(action: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = (reason: string): void => {
      const error = new Error(reason);
      controller.abort(error);
      reject(error);
    };
    const cancels = [
      onAbort(this.#over, () => stop("it was given up before an answer came")),
      this.#clock.after(ATTEMPT_LIMIT, () => stop(TOO_SLOW), true),
    ];
    try {
      // Not every client looks at the signal.
      return await Promise.race([action(controller.signal), stopped]);
    } finally {
      for (const cancel of cancels) cancel();
    }
  }

  async #wait(failed: number): Promise<void> {
    const longest = this.#isUrgent ? LONGEST_URGENT_WAIT : LONGEST_WAIT;
    const wait = Math.min(FIRST_WAIT * 2 ** failed, longest);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#endWait = resolve;
    const cancels = [
      onAbort(this.#over, resolve),
      // The half of it by chance, lest all that failed together tries again together.
      this.#clock.after(wait * (0.5 + Math.random() / 2), resolve, this.#isUrgent),
    ];
    await promise;
    for (const cancel of cancels) cancel();
    this.#endWait = undefined;
  }
}

/** The first failures are told, and then ever fewer of them. */
function isTold(failures: number): boolean {
  return failures <= 3 || Number.isInteger(Math.log2(failures));
}
