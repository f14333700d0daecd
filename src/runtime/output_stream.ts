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

const MIN_BUFFER_BYTES = 64 * 1024;

/**
 * Writes to a stream in the order of the calls. One buffer fills while the other is written: new
 * buffers for each write would pile up, as garbage is collected late.
 */
class OutputQueue {
  readonly #stream: StdioStream;
  #filling = new Uint8Array(MIN_BUFFER_BYTES);
  #spare = new Uint8Array(MIN_BUFFER_BYTES);
  #length = 0;
  /** The write that comes next. */
  #next: Promise<boolean> | undefined;
  /** The current write. */
  #current: Promise<unknown> = Promise.resolve();

  constructor(stream: StdioStream) {
    this.#stream = stream;
  }

  write(bytes: Uint8Array): Promise<boolean> {
    const length = this.#length + bytes.length;
    if (length > this.#filling.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#filling.length));
      larger.set(this.#filling.subarray(0, this.#length));
      this.#filling = larger;
    }
    this.#filling.set(bytes, this.#length);
    this.#length = length;
    if (this.#next === undefined) {
      this.#next = this.#current.then(() => this.#start());
      // Callers that need the error get it, others must not end the process by it.
      this.#next.catch(() => {});
    }
    return this.#next;
  }

  #start(): Promise<boolean> {
    const bytes = this.#filling.subarray(0, this.#length);
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#length = 0;
    this.#next = undefined;
    const written = writeNow(this.#stream, bytes);
    this.#current = written.catch(() => {});
    return written;
  }
}

const queues: Partial<Record<StdioStream, OutputQueue>> = {};

/**
 * Writes a copy of bytes to a stream of this process, in the order of the calls. A slow reader does
 * not block the process. Resolves, when they are written, to whether anyone reads the stream.
 */
export function writeOutput(stream: StdioStream, bytes: Uint8Array): Promise<boolean> {
  return (queues[stream] ??= new OutputQueue(stream)).write(bytes);
}

/** Prints a line to stderr, unless stderr is closed or not read in time. */
export async function printNoticeInTime(line: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => timer = setTimeout(resolve, MAX_NOTICE_MS));
  await Promise.race([writeOutput("stderr", noticeBytes(line)).catch(() => {}), late]);
  clearTimeout(timer);
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
