import { nodeProcess } from "./node.ts";
import type { StdioStream } from "./runtime.ts";
import { systemErrorCode } from "./system_error.ts";

/** How a child process ended: with one of the two, the other being null. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A child process, in a process group of its own with all that it starts. */
export interface Child {
  /** Settles when the child ended. Rejects where it could not be started. */
  readonly end: Promise<ChildEnd>;
  /** What it prints. No more is read than is asked for, so that the child waits for its reader. */
  readonly output: Readonly<Record<StdioStream, AsyncIterable<Uint8Array>>>;
  /** Sends a signal to the child and to all that it started. */
  kill(signal: string): void;
  /** Stops to read what it prints, though others still hold its streams. */
  abandonOutput(): void;
}

/** Starts a command with more in its environment, in this process' folder or another. */
export function startChild(
  [command = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): Child {
  const process = nodeProcess();
  const child = process.getBuiltinModule("node:child_process").spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["inherit", "pipe", "pipe"],
    // A group of its own: a terminal's Ctrl-C reaches this process alone, which passes it on.
    detached: true,
  });
  return {
    output: { stdout: child.stdout, stderr: child.stderr },
    end: new Promise<ChildEnd>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve({ code, signal }));
    }),
    kill(signal) {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, signal);
      } catch {
        // All of it ended.
      }
    },
    abandonOutput() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
  };
}

/** The id of this process. */
export function processId(): number {
  return nodeProcess().pid;
}

/** The id of the process that started this one, while that one runs. */
export function parentId(): number {
  return nodeProcess().ppid;
}

/** Whether a process runs, as far as this one may know: `true` where it may not. */
export function isRunning(pid: number): boolean {
  try {
    nodeProcess().kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) !== "ESRCH";
  }
}
