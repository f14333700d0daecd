import type { ByteSink } from "./runtime.ts";
import { isPipeFull, waitForPipe } from "./system_error.ts";

/**
 * The most bytes that one write to a pipe hands over: a page. Once anything in a process made its
 * end of a pipe non-blocking, a longer write may stop in the middle.
 */
export const PIPE_CHUNK = 4096;

/** Writes all bytes, and waits for a slow reader. Throws the runtime's own error. */
export function writeAll(sink: ByteSink, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += sink.write(bytes, at, Math.min(bytes.length, at + PIPE_CHUNK));
    } catch (error) {
      if (!isPipeFull(error)) throw error;
      waitForPipe();
    }
  }
}
