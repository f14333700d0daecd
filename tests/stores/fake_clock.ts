interface Timer {
  readonly at: number;
  readonly action: () => void;
  readonly keepsAlive: boolean;
}

/** A clock that stands still until it is told to go on. */
export class FakeClock {
  #now = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void, keepsAlive: boolean): () => void {
    const timer = { at: this.#now + ms, action, keepsAlive };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers keep the process alive. */
  get keptAlive(): number {
    return [...this.#timers].filter(({ keepsAlive }) => keepsAlive).length;
  }

  /** How many timers there are. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time pass, and all happen that falls into it. */
  async pass(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.action();
      await settle();
    }
    this.#now = end;
  }

  /** Lets time pass until something has settled, and gives back how long that took. */
  async until(promise: Promise<unknown>): Promise<number> {
    const start = this.#now;
    let isSettled = false;
    promise.catch(() => {}).finally(() => isSettled = true);
    for (;;) {
      await settle();
      if (isSettled) return this.#now - start;
      const next = this.#next(Infinity);
      if (next === undefined) throw new Error("it will never settle");
      await this.pass(next.at - this.#now);
    }
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Lets all that is settled be acted upon. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
