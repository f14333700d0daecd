import { nodeProcess } from "./node.ts";
import type { StdioStream } from "./runtime.ts";

/** How a child process ended: with one of the two, the other being null. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A child process. */
export interface Child {
  /**
   * Settles when the child ended and what it printed is read. Rejects where it could not be
   * started.
   */
  readonly end: Promise<ChildEnd>;
  /** Sends a signal, unless the child has ended. */
  kill(signal: "SIGINT" | "SIGTERM" | "SIGKILL"): void;
}

/**
 * How long a child's streams may stay open after it ended, because its own children hold them, in
 * milliseconds.
 */
const STREAMS_LINGER = 2000;

/** Starts a command with more in its environment, and reads what it prints. */
export function startChild(
  [command, ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  onOutput: (stream: StdioStream, bytes: Uint8Array) => void,
): Child {
  const process = nodeProcess();
  const child = process.getBuiltinModule("node:child_process").spawn(
    command ?? "",
    args,
    { env: { ...process.env, ...env }, stdio: ["inherit", "pipe", "pipe"] },
  );
  child.stdout.on("data", (bytes) => onOutput("stdout", bytes));
  child.stderr.on("data", (bytes) => onOutput("stderr", bytes));
  let hasEnded = false;
  const end = new Promise<ChildEnd>((resolve, reject) => {
    let lingering: ReturnType<typeof setTimeout> | undefined;
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      hasEnded = true;
      lingering = setTimeout(() => resolve({ code, signal }), STREAMS_LINGER);
    });
    child.on("close", (code, signal) => {
      clearTimeout(lingering);
      resolve({ code, signal });
    });
  });
  return {
    end,
    kill(signal) {
      if (hasEnded || child.pid === undefined) return;
      try {
        // Deno's `child.kill` sends one signal, and does nothing when it is called again.
        process.kill(child.pid, signal);
      } catch {
        // It ended just now.
      }
    },
  };
}
