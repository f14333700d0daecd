import type { RuntimeName } from "./installed.ts";
import { launched, type LaunchOptions, rawMessages } from "./launch.ts";
import { TempFolder } from "./temp_folder.ts";

/** How many milliseconds something may take before a test takes it for missing. */
const PATIENCE = 30_000;

/** How often a condition is looked at, in milliseconds. */
const LOOK = 5;

/**
 * A program of `tests/programs` that runs, as Dagster's subprocess client would have started it.
 * Nobody reads its output unless the test does. It goes with the scope.
 */
export class Running {
  readonly child: Deno.ChildProcess;
  readonly #folder: TempFolder;
  readonly #isOwn: boolean;
  #hasEnded = false;

  constructor(runtime: RuntimeName, program: string, options: LaunchOptions = {}) {
    this.#isOwn = options.folder === undefined;
    this.#folder = options.folder ?? new TempFolder();
    const { command: [name = "", ...args], env } = launched(
      runtime,
      program,
      options,
      this.#folder,
    );
    this.child = new Deno.Command(name, {
      args,
      env,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.child.status.then(() => this.#hasEnded = true);
  }

  /** The text of its messages so far. */
  get raw(): string {
    return rawMessages(this.#folder);
  }

  /** Waits until it prints something, and reads no more than that. */
  async printed(stream: "stdout" | "stderr"): Promise<string> {
    const reader = this.child[stream].getReader();
    const { value } = await reader.read();
    reader.releaseLock();
    return new TextDecoder().decode(value);
  }

  /** Waits for its end. Gives its exit code or its signal, and how long it took from now on. */
  async end(): Promise<{ readonly end: number | string; readonly took: number }> {
    const start = Date.now();
    const timer = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE);
    const { code, signal } = await this.child.status;
    clearTimeout(timer);
    return { end: signal ?? code, took: Date.now() - start };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.child.kill("SIGKILL");
    // What it started may hold them open.
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (!stream.locked) await stream.cancel();
    }
    await this.child.status;
    if (this.#isOwn) this.#folder[Symbol.dispose]();
  }
}

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (const start = Date.now(); !holds();) {
    if (Date.now() - start > PATIENCE) {
      throw new Error(`In ${PATIENCE} ms it did not come: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}

/** Whether a process runs; what only waits for somebody to ask for its end does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}
