import { onAbort } from "./clock.ts";
import type { Surroundings } from "./persistence.ts";
import type { ReaderOutlook } from "./reader_pace.ts";

/** A shorter wait is not worth a notice, in milliseconds. */
const NOTED = 1000;

/** How long one can stay. */
export interface StayOptions extends Surroundings {
  /** Till when. */
  readonly until: number;
  /** Aborted when nobody waits any longer. */
  readonly over: AbortSignal;
}

/**
 * Stays until Dagster's reader has read so much that it will reach the last chunk, though the
 * process ends.
 *
 * @param outlook What the reader has to read ahead of the last chunk.
 * @returns Whether it surely will.
 */
export async function stayForReader(
  { canEndAt, canEndGentlyAt }: ReaderOutlook,
  { clock, notice, until, over }: StayOptions,
): Promise<boolean> {
  const wait = Math.min(canEndGentlyAt, until) - clock.now();
  if (wait > NOTED) {
    notice(
      `all messages are sent. Waiting ${
        Math.ceil(wait / 1000)
      } s, so that Dagster's message reader, which is behind, reaches ` +
        "the last of them",
    );
  }
  if (wait > 0) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancels = [clock.after(wait, resolve, true), onAbort(over, resolve)];
    await promise;
    for (const cancel of cancels) cancel();
  }
  return clock.now() >= canEndAt;
}
