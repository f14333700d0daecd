import process from "node:process";
import type { CancelSignal } from "../runtime/runtime.ts";
import type { StartedCommand } from "./started_command.ts";

const CANCEL_SIGNALS: readonly CancelSignal[] = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/** Other signals that would end this process. What they mean to the command is its own matter. */
const PASSED_ON_SIGNALS = ["USR1", "USR2", "ALRM", "VTALRM", "PROF", "IO", "XCPU", "ABRT"] as const;

const DEFAULT_COMMAND_GRACE_SECONDS = 15;

/** How long killed processes may take to end. */
const MAX_DYING_MS = 1000;

const DYING_CHECK_INTERVAL_MS = 20;

/** How long a command may run, and how long it may take to end. */
export interface WatchdogOptions {
  /** The time in seconds after which the command is terminated; by default, never. */
  readonly timeoutSeconds?: number | undefined;
  /** The time in seconds from a cancel or the timeout until a kill; by default, 15. */
  readonly graceSeconds?: number | undefined;
}

/** Passes signals on to a command and all that it started, and ends it after its timeout. */
export class Watchdog {
  readonly timeoutSeconds: number | undefined;
  readonly #graceSeconds: number;
  readonly #cancelled = Promise.withResolvers<void>();
  readonly #killed = Promise.withResolvers<void>();
  /** Resolves when the command is cancelled. */
  readonly cancelled: Promise<void> = this.#cancelled.promise;
  /** Resolves when the grace after a cancel or the timeout is over, and everything was killed. */
  readonly killed: Promise<void> = this.#killed.promise;
  readonly #cleanups: (() => void)[] = [];
  #command: StartedCommand | undefined;
  #cancel:
    | { readonly by: CancelSignal; readonly reason: string; readonly atMs: number }
    | undefined;
  #isTimedOut = false;
  #isEnding = false;
  #survivors: readonly number[] = [];

  constructor({ timeoutSeconds, graceSeconds = DEFAULT_COMMAND_GRACE_SECONDS }: WatchdogOptions) {
    this.timeoutSeconds = timeoutSeconds;
    this.#graceSeconds = graceSeconds;
  }

  /** The first signal that cancelled the command, even if that was before its start. */
  get cancelledBy(): CancelSignal | undefined {
    return this.#cancel?.by;
  }

  get secondsSinceCancel(): number {
    return this.#cancel === undefined ? 0 : (performance.now() - this.#cancel.atMs) / 1000;
  }

  get isTimedOut(): boolean {
    return this.#isTimedOut;
  }

  /** Whether the command was cancelled or exceeded its timeout. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** The ids of the processes that could not be killed. */
  get survivors(): readonly number[] {
    return this.#survivors;
  }

  /** Why the command had to end, as in `was cut off after 5 s`; `undefined` if it did not. */
  get endReason(): string | undefined {
    const cancelled = this.#cancel && `was cancelled by ${this.#cancel.reason}`;
    if (this.#survivors.length === 0) {
      return this.#isTimedOut ? `was cut off after ${this.timeoutSeconds} s` : cancelled;
    }
    const reason = this.#isTimedOut ? `exceeded its ${this.timeoutSeconds} s` : cancelled;
    const processes = this.#survivors.length > 1 ? "processes" : "process";
    return `${reason} and could not be ended: the ${processes} ${this.#survivors.join(", ")} may ` +
      "not be killed by this user, or cannot be killed now";
  }

  /** Cancels the command by the signals that this process gets, and passes on others. */
  listen(): void {
    for (const signal of CANCEL_SIGNALS) this.#onSignal(signal, () => this.cancel(signal));
    // Ctrl-Break on Windows.
    this.#onSignal("SIGBREAK", () => this.cancel("SIGINT"));
    for (const name of PASSED_ON_SIGNALS) {
      this.#onSignal(`SIG${name}`, () => this.#command?.passOn(`SIG${name}`));
    }
  }

  /** Sends a signal to the command. After this, it must not be started any more. */
  cancel(by: CancelSignal, reason: string = by): void {
    this.#cancel ??= { by, reason, atMs: performance.now() };
    this.#cancelled.resolve();
    this.#end(by);
  }

  /** Starts to watch a command. */
  watch(command: StartedCommand): void {
    this.#command = command;
    if (this.#cancel !== undefined) this.#end(this.#cancel.by);
    if (this.timeoutSeconds === undefined) return;
    this.#after(this.timeoutSeconds, () => {
      this.#isTimedOut = true;
      this.#end("SIGTERM");
    });
  }

  /** Kills what is left of a command that was cancelled or exceeded its timeout. */
  async killRest(): Promise<void> {
    if (!this.#isEnding || this.#command === undefined) return;
    const until = performance.now() + MAX_DYING_MS;
    do {
      this.#command.kill("SIGKILL");
      this.#survivors = this.#command.running();
      if (this.#survivors.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, DYING_CHECK_INTERVAL_MS));
    } while (performance.now() < until);
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
    this.#after(this.#graceSeconds, () => this.killRest().then(this.#killed.resolve));
  }

  #after(seconds: number, action: () => void): void {
    const timer = setTimeout(action, seconds * 1000);
    this.#cleanups.push(() => clearTimeout(timer));
  }

  #onSignal(signal: NodeJS.Signals, listener: () => void): void {
    try {
      process.on(signal, listener);
      this.#cleanups.push(() => process.off(signal, listener));
    } catch {
      // This platform does not have the signal.
    }
  }
}
