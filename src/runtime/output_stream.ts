import { currentRuntime } from "./current.ts";
import { nodeProcess } from "./node/process_global.ts";
import { noticeBytes } from "./notice.ts";
import type { StdioStream } from "./runtime.ts";
import { systemErrorCode } from "./system_error.ts";
import { isPipeFull } from "./write_all.ts";

/** The errors of a stream that no one reads any more. */
const CLOSED_STREAM_CODES: readonly string[] = ["EPIPE", "ERR_STREAM_DESTROYED"];

const FULL_PIPE_RETRY_MS = 5;

/** How long a notice waits for the reader of stderr. */
const MAX_NOTICE_MS = 1000;

/** What is to be written to a stream, in the order of the calls. */
interface OutputQueue {
  waiting: Uint8Array[];
  /** The write of all that waits. */
  next: Promise<boolean> | undefined;
  /** The write that is under way. */
  current: Promise<unknown>;
}

const queues: Readonly<Record<StdioStream, OutputQueue>> = {
  stdout: { waiting: [], next: undefined, current: Promise.resolve() },
  stderr: { waiting: [], next: undefined, current: Promise.resolve() },
};

/**
 * Writes bytes to a stream of this process without blocking it, however slow the reader is. Bytes
 * are written in the order of the calls.
 *
 * @returns A promise that resolves when the bytes are written, to whether anyone reads the stream.
 */
export function writeOutput(stream: StdioStream, bytes: Uint8Array): Promise<boolean> {
  const queue = queues[stream];
  queue.waiting.push(bytes);
  return queue.next ??= queue.current.then(() => {
    const all = joined(queue.waiting);
    queue.waiting = [];
    queue.next = undefined;
    const written = writeNow(stream, all);
    // Who wrote it gets the error.
    queue.current = written.catch(() => {});
    return written;
  });
}

/** Prints a line to stderr, unless stderr is closed or not read in time. */
export async function printNoticeInTime(line: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => timer = setTimeout(resolve, MAX_NOTICE_MS));
  await Promise.race([writeOutput("stderr", noticeBytes(line)).catch(() => {}), late]);
  clearTimeout(timer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

async function writeNow(stream: StdioStream, bytes: Uint8Array): Promise<boolean> {
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(await writeSome(stream, rest));
    } catch (error) {
      if (CLOSED_STREAM_CODES.includes(systemErrorCode(error))) return false;
      if (!isPipeFull(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, FULL_PIPE_RETRY_MS));
    }
  }
  return true;
}

/** Writes some of the bytes, and returns how many. */
function writeSome(stream: StdioStream, bytes: Uint8Array): Promise<number> {
  // Deno's `process.stdout` blocks the process while the pipe is full.
  if (currentRuntime().name === "deno") return globalThis.Deno[stream].write(bytes);
  // Not `fs.write`: Node cannot exit while a thread of its own waits for the reader.
  const output = nodeProcess()[stream];
  // The callback gets the error. Without a listener, it would end the process as well.
  if (output.listenerCount("error") === 0) output.on("error", () => {});
  return new Promise((resolve, reject) =>
    void output.write(bytes, (error) => error ? reject(error) : resolve(bytes.length))
  );
}
