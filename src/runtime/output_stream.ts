import { nodeProcess } from "./node.ts";
import type { StdioStream } from "./runtime.ts";
import { isPipeFull, systemErrorCode } from "./system_error.ts";

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
      if (systemErrorCode(error) === "EPIPE") return;
      if (!isPipeFull(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }
}

/** Writes by another thread, which may block. */
function writeSome(stream: StdioStream, bytes: Uint8Array): Promise<number> {
  // Deno's module of Node forgets how much it wrote to a full pipe.
  if (globalThis.Deno !== undefined) return globalThis.Deno[stream].write(bytes);
  const fs = nodeProcess().getBuiltinModule("node:fs");
  return new Promise((resolve, reject) =>
    fs.write(
      stream === "stdout" ? 1 : 2,
      bytes,
      (error, written) => error === null ? resolve(written) : reject(error),
    )
  );
}
