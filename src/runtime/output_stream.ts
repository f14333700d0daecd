import { currentRuntime } from "./current.ts";
import { nodeProcess } from "./node/process_global.ts";
import type { StdioStream } from "./runtime.ts";
import { systemErrorCode } from "./system_error.ts";
import { isPipeFull } from "./write_all.ts";

/** The errors of a stream that nobody reads any more. */
const CLOSED: readonly string[] = ["EPIPE", "ERR_STREAM_DESTROYED"];

/** How long a full pipe that does not block is left alone, in milliseconds. */
const RETRY = 5;

/**
 * Writes bytes to a stream of this process while everything else goes on, however slow its reader
 * is. Resolves when all is written, or when nobody reads the stream any more.
 */
export async function writeOutput(stream: StdioStream, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) {
    try {
      rest = rest.subarray(await writeSome(stream, rest));
    } catch (error) {
      if (CLOSED.includes(systemErrorCode(error))) return;
      if (!isPipeFull(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}

/** Writes while the event loop goes on. */
function writeSome(stream: StdioStream, bytes: Uint8Array): Promise<number> {
  // Deno's module of Node forgets how much it wrote to a full pipe.
  if (currentRuntime().name === "deno") return globalThis.Deno[stream].write(bytes);
  // Not by `fs.write`: Node does not exit while a thread of its own waits for the reader.
  const output = nodeProcess()[stream];
  // The callback has it.
  if (output.listenerCount("error") === 0) output.on("error", () => {});
  return new Promise((resolve, reject) =>
    void output.write(bytes, (error) => error ? reject(error) : resolve(bytes.length))
  );
}
