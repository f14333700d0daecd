import { currentRuntime } from "./current.ts";
import { nodeProcess } from "./node/process_global.ts";
import type { StdioStream } from "./runtime.ts";
import { systemErrorCode } from "./system_error.ts";
import { isPipeFull } from "./write_all.ts";

/** The errors of a stream that no one reads any more. */
const CLOSED_STREAM_CODES: readonly string[] = ["EPIPE", "ERR_STREAM_DESTROYED"];

const FULL_PIPE_RETRY_MS = 5;

/**
 * Writes bytes to a stream of this process without blocking it, however slow the reader is.
 *
 * @returns Whether anyone reads the stream.
 */
export async function writeOutput(stream: StdioStream, bytes: Uint8Array): Promise<boolean> {
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
