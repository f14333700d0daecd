import { spawn } from "node:child_process";
import process from "node:process";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode } from "../runtime/system_error.ts";
import { CommandProcesses, sendSignal } from "./command_processes.ts";
import type { ExitStatus } from "./exit_status.ts";

/** A command, its environment and its folder. */
export interface CommandOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** Variables besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** @default the folder of this process */
  readonly cwd?: string | undefined;
}

/** A command in a process group of its own, with all processes that it starts. */
export interface StartedCommand {
  /** The id of its process; `undefined` if it cannot be started. */
  readonly pid: number | undefined;
  /** Resolves when the command ends. Rejects if it cannot be started. */
  readonly status: Promise<ExitStatus>;
  /** What the command prints. It is read on demand, so a slow consumer slows down the command. */
  readonly output: Readonly<Record<StdioStream, AsyncIterable<Uint8Array>>>;
  /** The time since which all output is consumed, by `performance.now()`; else `Infinity`. */
  readonly idleSince: number;
  /** Sends a signal to its own process. */
  passOn(signal: string): void;
  /** Sends a signal to all its processes. */
  kill(signal: string): void;
  /** Returns the ids of its processes that run. */
  running(): number[];
  /** Ends the output, even if processes still hold its streams, and does not wait for them. */
  abandonOutput(): void;
}

/**
 * Starts a command with the stdin of this process. It has a process group of its own: Ctrl-C in a
 * terminal reaches only this process, which passes it on.
 */
export function startCommand(options: CommandOptions): StartedCommand {
  const { command: [file = "", ...args], env, cwd } = options;
  const processes = new CommandProcesses();
  // Deno starts its own executable, if it is named by this very path, with other arguments and `-A`.
  const child = spawn(file === process.execPath ? `/.${file}` : file, args, {
    cwd,
    env: { ...process.env, ...env, ...processes.env },
    stdio: ["inherit", "pipe", "pipe"],
    detached: true,
  });
  // The streams are undefined if this process can open no more files.
  const { pid, stdout, stderr }: Partial<typeof child> = child;
  if (pid !== undefined) processes.start(pid);
  const idleSince = { stdout: 0, stderr: 0 };
  const read = (name: StdioStream, stream: AsyncIterable<Uint8Array> | undefined) =>
    readStream(stream, (time) => idleSince[name] = time);
  return {
    pid,
    status: new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on(
        "exit",
        (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }),
      );
    }),
    output: { stdout: read("stdout", stdout), stderr: read("stderr", stderr) },
    get idleSince() {
      return Math.max(idleSince.stdout, idleSince.stderr);
    },
    passOn(signal) {
      if (pid !== undefined) sendSignal(pid, signal);
    },
    kill: (signal) => processes.kill(signal),
    running: () => processes.running(),
    abandonOutput() {
      stdout?.destroy();
      stderr?.destroy();
      child.unref();
    },
  };
}

async function* readStream(
  stream: AsyncIterable<Uint8Array> | undefined,
  setIdleSince: (time: number) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const bytes of stream ?? []) {
      setIdleSince(Infinity);
      yield bytes;
      setIdleSince(performance.now());
    }
  } catch (error) {
    // The stream was destroyed: it was abandoned, or the command could not be started.
    if (systemErrorCode(error) !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
  }
}
