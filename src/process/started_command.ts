import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import process from "node:process";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode } from "../runtime/system_error.ts";
import type { ExitStatus } from "./exit_status.ts";
import { processIds, sendSignal, systemProcess, variableOf } from "./system_processes.ts";

/** Windows does not have process groups. Its console sends Ctrl-C to all of its processes. */
const IS_WINDOWS = process.platform === "win32";

/** The variable that all processes of a command inherit. */
const COMMANDS_VARIABLE = "DAGSTERPIPES_COMMANDS";

/** A command, its environment and its folder. */
export interface CommandOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** Variables besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** @default the folder of this process */
  readonly cwd?: string | undefined;
}

/**
 * A command with all processes that it starts: those of its process group and, on Linux, also those
 * that left the group, such as daemons and the command of another launcher. On Windows, those whose
 * parents still run.
 */
export class StartedCommand {
  /** The id of its process; `undefined` if it cannot be started. */
  readonly pid: number | undefined;
  /** Resolves when the command ends. Rejects if it cannot be started. */
  readonly status: Promise<ExitStatus>;
  /** What the command prints. It is read on demand, so a slow consumer slows down the command. */
  readonly output: Readonly<Record<StdioStream, AsyncIterable<Uint8Array>>>;
  readonly #child: Partial<ChildProcess>;
  readonly #mark = `${process.pid}-${Math.random().toString(36).slice(2)}/`;
  readonly #idleSince = { stdout: 0, stderr: 0 };

  /**
   * Starts a command with the stdin of this process. It has a process group of its own: Ctrl-C in a
   * terminal reaches only this process, which passes it on.
   */
  constructor({ command: [file = "", ...args], env, cwd }: CommandOptions) {
    const marks = `${process.env[COMMANDS_VARIABLE] ?? ""}${this.#mark}`;
    const child = spawn(file === process.execPath ? anotherPathOf(file) : file, args, {
      cwd,
      env: { ...process.env, ...env, [COMMANDS_VARIABLE]: marks },
      stdio: ["inherit", "pipe", "pipe"],
      detached: !IS_WINDOWS,
    });
    // The streams are undefined if this process can open no more files.
    this.#child = child;
    this.pid = child.pid;
    this.output = { stdout: this.#read("stdout"), stderr: this.#read("stderr") };
    this.status = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on(
        "exit",
        (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }),
      );
    });
  }

  /** The time since which all output is consumed, by `performance.now()`; else `Infinity`. */
  get idleSince(): number {
    return Math.max(this.#idleSince.stdout, this.#idleSince.stderr);
  }

  /** Sends a signal to its own process. */
  passOn(signal: string): void {
    if (this.pid !== undefined && !IS_WINDOWS) sendSignal(this.pid, signal);
  }

  /** Sends a signal to all its processes. */
  kill(signal: string): void {
    if (this.pid === undefined) return;
    if (IS_WINDOWS) {
      // The console has sent Ctrl-C to the command as well. Other signals cannot be handled there.
      const taskkill = ["/F", "/T", "/PID", String(this.pid)];
      if (signal === "SIGINT") return;
      spawnSync("taskkill", taskkill, { stdio: "ignore" });
      sendSignal(this.pid, "SIGKILL");
      return;
    }
    sendSignal(-this.pid, signal);
    for (const { pid, isInGroup, isNested } of this.#processes()) {
      // The other launcher passes all other signals on.
      if (!isInGroup && (!isNested || signal === "SIGKILL")) sendSignal(pid, signal);
    }
  }

  /** Returns the ids of its processes that run. Without `/proc`, only that of the first one. */
  running(): number[] {
    if (this.pid === undefined) return [];
    if (processIds().length > 0) return this.#processes().map(({ pid }) => pid);
    return sendSignal(IS_WINDOWS ? this.pid : -this.pid, 0) ? [this.pid] : [];
  }

  /** Ends the output, even if processes still hold its streams, and does not wait for them. */
  abandonOutput(): void {
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    this.#child.unref?.();
  }

  #processes(): { pid: number; isInGroup: boolean; isNested: boolean }[] {
    return processIds().flatMap((pid) => {
      const found = systemProcess(pid);
      if (found === undefined || found.hasEnded) return [];
      const isInGroup = found.groupId === this.pid;
      const marks = variableOf(pid, COMMANDS_VARIABLE) ?? "";
      if (!isInGroup && !marks.includes(this.#mark)) return [];
      return [{ pid, isInGroup, isNested: !marks.endsWith(this.#mark) }];
    });
  }

  async *#read(stream: StdioStream): AsyncGenerator<Uint8Array> {
    try {
      for await (const bytes of this.#child[stream] ?? []) {
        this.#idleSince[stream] = Infinity;
        yield bytes;
        this.#idleSince[stream] = performance.now();
      }
    } catch (error) {
      // The stream was destroyed: it was abandoned, or the command could not be started.
      if (systemErrorCode(error) !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    }
  }
}

/** Deno starts its own executable with other arguments and `-A` if the path is exactly its own. */
function anotherPathOf(executable: string): string {
  return IS_WINDOWS ? executable.replaceAll("\\", "/") : `/.${executable}`;
}
