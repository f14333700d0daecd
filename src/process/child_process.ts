import { currentRuntime } from "../runtime/current.ts";
import { nodeProcess } from "../runtime/node/process_global.ts";
import type { StdioStream } from "../runtime/runtime.ts";

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

/** What is started: a command, more for its environment, and its folder if it is another. */
type Start = [
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string | undefined,
];

/**
 * Starts a command with more in its environment, in this process' folder or another. In a group of
 * its own: a terminal's Ctrl-C reaches this process alone, which passes it on.
 *
 * Deno and Bun do it by their own means: to load Node's module for it takes Deno 20 ms, Bun 10.
 */
export function startChild(...start: Start): Child {
  switch (currentRuntime().name) {
    case "deno":
      return startByDeno(...start);
    case "bun":
      return startByBun(...start);
    case "node":
      return startByNode(...start);
  }
}

function startByNode(...[[command = "", ...args], env, cwd]: Start): Child {
  const process = nodeProcess();
  const child = process.getBuiltinModule("node:child_process").spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["inherit", "pipe", "pipe"],
    detached: true,
  });
  const { stdout, stderr }: Partial<typeof child> = child;
  let isAbandoned = false;
  async function* untilAbandoned(
    stream: AsyncIterable<Uint8Array> | undefined,
  ): AsyncGenerator<Uint8Array> {
    // Where no file can be opened any more, there is none, and the error comes later.
    if (stream === undefined) return;
    try {
      yield* stream;
    } catch (error) {
      // Node takes the end of a stream that is destroyed for an error.
      if (!isAbandoned) throw error;
    }
  }
  return {
    output: { stdout: untilAbandoned(stdout), stderr: untilAbandoned(stderr) },
    end: new Promise<ChildEnd>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve({ code, signal }));
    }),
    kill(signal) {
      if (child.pid !== undefined) killGroup(child.pid, (group) => process.kill(group, signal));
    },
    abandonOutput() {
      isAbandoned = true;
      stdout?.destroy();
      stderr?.destroy();
    },
  };
}

function startByDeno(...[[command = "", ...args], env, cwd]: Start): Child {
  const deno = globalThis.Deno;
  const child = new deno.Command(command, {
    args,
    env,
    ...cwd === undefined ? {} : { cwd },
    stdin: "inherit",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  const end = child.status.then(({ code, signal }) =>
    signal === null ? { code, signal } : { code: null, signal }
  );
  const kill = (signal: string): void =>
    killGroup(child.pid, (group) => deno.kill(group, signal as Deno.Signal));
  return { end, kill, ...readingWebStreams(child) };
}

/** What `Bun.spawn` gives. Bun's own types would have to be installed. */
interface BunChild {
  readonly pid: number;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly exited: Promise<number>;
  readonly signalCode: string | null;
}

function startByBun(...[command, env, cwd]: Start): Child {
  const { Bun: bun } = globalThis as unknown as {
    Bun: { spawn(command: readonly string[], options: Record<string, unknown>): BunChild };
  };
  const process = nodeProcess();
  const child = bun.spawn(command, {
    cwd,
    env: { ...process.env, ...env },
    stdin: "inherit",
    stdout: "pipe",
    stderr: "pipe",
    detached: true,
  });
  const end = child.exited.then((code) => {
    const { signalCode: signal } = child;
    return signal === null ? { code, signal } : { code: null, signal };
  });
  const kill = (signal: string): void =>
    killGroup(child.pid, (group) => process.kill(group, signal));
  return { end, kill, ...readingWebStreams(child) };
}

function readingWebStreams(
  streams: Readonly<Record<StdioStream, ReadableStream<Uint8Array>>>,
): Pick<Child, "output" | "abandonOutput"> {
  const stdout = streams.stdout.getReader();
  const stderr = streams.stderr.getReader();
  return {
    output: { stdout: piecesOf(stdout), stderr: piecesOf(stderr) },
    abandonOutput() {
      for (const reader of [stdout, stderr]) reader.cancel().catch(() => {});
    },
  };
}

async function* piecesOf(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever takes no more of it is not to keep the child waiting.
    await reader.cancel();
  }
}

function killGroup(pid: number, kill: (group: number) => void): void {
  try {
    kill(-pid);
  } catch {
    // All of it ended.
  }
}
