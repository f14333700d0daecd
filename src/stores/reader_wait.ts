import { onAbort } from "./clock.ts";
import type { Surroundings } from "./persistence.ts";
import type { ReaderPace } from "./reader_pace.ts";

/** What is kept of the time at the end for the last chunk itself, in milliseconds. */
const FOR_LAST_CHUNK = 15_000;

/** How long to wait where the process was told to end, and may be killed, in milliseconds. */
const WHEN_CANCELLED = 8000;

/** A shorter wait is not worth a notice, in milliseconds. */
const NOTED = 1000;

/** How long one can wait. */
export interface ReaderWaitOptions extends Surroundings {
  /** When the last chunk must be there; where the process was told to end, that is not known. */
  readonly until: number | undefined;
  /** Aborted when nobody waits any longer. */
  readonly over: AbortSignal;
}

/**
 * Waits until Dagster's reader has read so much that it will reach the last chunk, though the
 * process ends.
 *
 * @returns Whether it surely will.
 */
export async function waitForReader(
  pace: ReaderPace,
  { clock, notice, until, over }: ReaderWaitOptions,
): Promise<boolean> {
  const now = clock.now();
  const latest = until === undefined ? now + WHEN_CANCELLED : until - FOR_LAST_CHUNK;
  const wait = Math.min(pace.canEndGentlyAt, latest) - now;
  if (wait > NOTED) {
    const seconds = Math.ceil(wait / 1000);
    notice(
      `waiting ${seconds} s, until Dagster's message reader has come so far that it will reach the last messages`,
    );
  }
  if (wait > 0) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancels = [clock.after(wait, resolve, true), onAbort(over, resolve)];
    await promise;
    for (const cancel of cancels) cancel();
  }
  return clock.now() >= pace.canEndAt;
}
