import { DagsterPipesError } from "../errors.ts";
import type { NodeProcess } from "./node.ts";
import { failure } from "./system_error.ts";
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

/** All three runtimes have Node's modules for this, and a launcher has the time to load them. */
function builtins(): NodeProcess {
  const process: NodeProcess | undefined = globalThis.process;
  if (typeof process?.getBuiltinModule === "function") return process;
  throw new DagsterPipesError("unsupported", "This runtime cannot start a child process");
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
  const process = builtins();
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

/** A file that another process appends to, in a folder of its own. */
export interface GrowingFile {
  readonly path: string;
  /** What came since the last call. */
  read(): Uint8Array;
  /** Removes the file and its folder. */
  remove(): void;
}

/** Makes an empty file for another process to append to. */
export function growingFile(): GrowingFile {
  const process = builtins();
  const fs = process.getBuiltinModule("node:fs");
  const parent = process.getBuiltinModule("node:os").tmpdir();
  let folder: string;
  try {
    folder = fs.mkdtempSync(`${parent}/dagster-pipes-`);
  } catch (cause) {
    throw failure(
      "messages_unavailable",
      `Cannot make a folder in "${parent}" for the messages of the command`,
      cause,
    );
  }
  const path = `${folder}/messages`;
  fs.writeFileSync(path, "");
  const descriptor = fs.openSync(path, "r");
  const buffer = new Uint8Array(64 * 1024);
  return {
    path,
    read() {
      const parts: Uint8Array[] = [];
      for (;;) {
        const count = fs.readSync(descriptor, buffer, 0, buffer.length, null);
        if (count === 0) break;
        parts.push(buffer.slice(0, count));
      }
      return joined(parts);
    },
    remove() {
      fs.closeSync(descriptor);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One array of bytes out of several. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
