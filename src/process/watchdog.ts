import { currentRuntime } from "../runtime/current.ts";
import type { CancelSignal } from "../runtime/runtime.ts";
import type { StartedCommand } from "./start_command.ts";

const CANCEL_SIGNALS: readonly CancelSignal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

const DEFAULT_GRACE_SECONDS = 15;

/** How long a command may run, and how long it may take to end. */
export interface WatchdogOptions {
  /**
   * The time after which the command is terminated, in seconds.
   *
   * @default no limit
   */
  readonly timeoutSeconds?: number | undefined;
  /**
   * The time from a cancel or the timeout until the command is killed, in seconds.
   *
   * @default 15
   */
  readonly graceSeconds?: number | undefined;
}

/** Passes signals on to a command and all that it started, and ends it after its timeout. */
export class Watchdog {
  readonly timeoutSeconds: number | undefined;
  readonly #graceSeconds: number;
  readonly #killed = Promise.withResolvers<void>();
  readonly #cleanups: (() => void)[] = [];
  #command: StartedCommand | undefined;
  #cancelledBy: CancelSignal | undefined;
  #isTimedOut = false;
  #isEnding = false;

  constructor({ timeoutSeconds, graceSeconds = DEFAULT_GRACE_SECONDS }: WatchdogOptions) {
    this.timeoutSeconds = timeoutSeconds;
    this.#graceSeconds = graceSeconds;
  }

  /** The first signal that cancelled the command, even if that was before its start. */
  get cancelledBy(): CancelSignal | undefined {
    return this.#cancelledBy;
  }

  /** Whether the command exceeded its timeout. */
  get isTimedOut(): boolean {
    return this.#isTimedOut;
  }

  /** Whether the command was cancelled or exceeded its timeout. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Resolves when the grace after a cancel or the timeout is over. */
  get killed(): Promise<void> {
    return this.#killed.promise;
  }

  /** Cancels the command by the signals that this process gets. */
  listen(): void {
    for (const signal of CANCEL_SIGNALS) {
      this.#cleanups.push(currentRuntime().onSignal(signal, () => this.cancel(signal)));
    }
  }

  /** Sends a signal to the command. A command that was not started must not be started any more. */
  cancel(signal: CancelSignal): void {
    this.#cancelledBy ??= signal;
    this.#end(signal);
  }

  /** Watches a command from its start. */
  watch(command: StartedCommand): void {
    this.#command = command;
    if (this.#cancelledBy !== undefined) this.#end(this.#cancelledBy);
    if (this.timeoutSeconds === undefined) return;
    this.#after(this.timeoutSeconds, () => {
      this.#isTimedOut = true;
      this.#end("SIGTERM");
    });
  }

  /** Kills what is left of a command that was to end. */
  killRest(): void {
    if (this.#isEnding) this.#command?.kill("SIGKILL");
  }

  /** Removes all listeners and timers. */
  stop(): void {
    for (const cleanup of this.#cleanups) cleanup();
  }

  #end(signal: CancelSignal): void {
    if (this.#command === undefined) return;
    this.#command.kill(signal);
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#after(this.#graceSeconds, () => {
      this.killRest();
      this.#killed.resolve();
    });
  }

  #after(seconds: number, action: () => void): void {
    const timer = setTimeout(action, seconds * 1000);
    this.#cleanups.push(() => clearTimeout(timer));
  }
}
