import type { Child } from "./child_process.ts";
import type { CancelSignal, Runtime } from "../runtime/runtime.ts";

/** The signals that tell a launcher to end its command. */
const SIGNALS: readonly CancelSignal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** The time from a cancel or the cut-off until a command is killed, in seconds. */
const GRACE = 15;

/** Passes signals on to a command and all that it started, and ends it when its time is up. */
export class Watch {
  readonly timeoutSeconds: number | undefined;
  readonly #graceSeconds: number;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  readonly #unlisten: (() => void)[] = [];
  #child: Child | undefined;
  #onEndsSoon: () => void = () => {};
  #killAt: number | undefined;
  cancelledBy: CancelSignal | undefined;
  isTimedOut = false;

  constructor(timeoutSeconds: number | undefined, graceSeconds: number | undefined) {
    this.timeoutSeconds = timeoutSeconds;
    this.#graceSeconds = graceSeconds ?? GRACE;
  }

  /** Takes the signals from here on; what comes before there is a command counts as well. */
  listen(runtime: Runtime): void {
    for (const signal of SIGNALS) {
      this.#unlisten.push(
        runtime.onSignal(signal, () => this.cancel(signal)),
      );
    }
  }

  /** Cancels the command by a signal, or keeps it from being started. */
  cancel(signal: CancelSignal): void {
    this.cancelledBy ??= signal;
    this.#end(signal);
  }

  /** Watches a command that was started. */
  watch(child: Child): void {
    this.#child = child;
    if (this.cancelledBy !== undefined) this.#end(this.cancelledBy);
    if (this.timeoutSeconds === undefined) return;
    this.#timers.push(setTimeout(() => {
      this.isTimedOut = true;
      this.#end("SIGTERM");
    }, this.timeoutSeconds * 1000));
  }

  /** Whether the command is to end. */
  get isEnding(): boolean {
    return this.#killAt !== undefined;
  }

  /** Resolves when the time is over that what a command started has after a cancel or the cut-off. */
  async killed(): Promise<void> {
    await new Promise<void>((resolve) => {
      const wait = (): void => {
        const left = (this.#killAt ?? Infinity) - performance.now();
        if (left <= 0) return resolve();
        if (left < Infinity) this.#timers.push(setTimeout(wait, left));
      };
      this.#onEndsSoon = wait;
      wait();
    });
  }

  /** Kills what is left of a command that was to end. */
  kill(): void {
    if (this.isEnding) this.#child?.kill("SIGKILL");
  }

  /** Leaves signals and times alone again. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const unlisten of this.#unlisten) unlisten();
  }

  #end(signal: string): void {
    if (this.#child === undefined) return;
    this.#child.kill(signal);
    if (this.#killAt !== undefined) return;
    const grace = this.#graceSeconds * 1000;
    this.#killAt = performance.now() + grace;
    this.#timers.push(setTimeout(() => this.kill(), grace));
    this.#onEndsSoon();
  }
}
