/** A chunk, when it was there, and how many messages it holds. */
export interface PutChunk {
  readonly at: number;
  readonly messages: number;
}

/** How the reader on Dagster's side is set up. */
export interface ReaderSettings {
  readonly intervalSeconds: number;
  /** How long it takes for a message, in milliseconds. */
  readonly handling: number;
  /** When it began, in milliseconds. */
  readonly start: number;
  /** When the process ended. */
  readonly end: number;
}

/** What each round of the reader's loop takes beside its second of sleep, in milliseconds. */
const ROUND = 3;

/**
 * Plays the loop of Dagster's `PipesThreadedMessageReader`, and gives back how many chunks it read.
 */
export function chunksRead(
  chunks: readonly PutChunk[],
  { intervalSeconds, handling, start, end }: ReaderSettings,
): number {
  let now = start;
  let lastDownload = start;
  let closedAt: number | undefined;
  let read = 0;
  while (read < chunks.length) {
    const isDue = wholeSeconds(now - lastDownload) > intervalSeconds || now >= end;
    if (isDue) {
      lastDownload = now;
      const chunk = chunks[read]!;
      if (chunk.at <= now) {
        now += chunk.messages * handling;
        read++;
      }
    }
    now += 1000 + ROUND;
    if (now < end) continue;
    closedAt ??= now;
    if (wholeSeconds(now - closedAt) > 10) break;
  }
  return read;
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
