import type { ByteSink } from "./runtime.ts";
import { systemErrorCode } from "./system_error.ts";

/**
 * The most bytes that one write hands to a pipe: a page. If anything made the pipe non-blocking, a
 * longer write may stop in the middle.
 */
export const MAX_PIPE_WRITE_BYTES = 4096;

/** Writes all bytes, and waits for a slow reader. Throws the runtime's own error. */
export function writeAll(sink: ByteSink, bytes: Uint8Array): void {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += sink.write(bytes, at, Math.min(bytes.length, at + MAX_PIPE_WRITE_BYTES));
    } catch (error) {
      if (!isPipeFull(error)) throw error;
      waitForPipe();
    }
  }
}

/** Whether a write failed because a pipe is full. Deno's error has a name for it, and no code. */
export function isPipeFull(error: unknown): boolean {
  return systemErrorCode(error) === "EAGAIN" ||
    error instanceof Error && error.name === "WouldBlock";
}

let clock: Int32Array | undefined;

/** Blocks for a millisecond, so that the reader of a full pipe can empty it. */
export function waitForPipe(): void {
  clock ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(clock, 0, 0, 1);
}
