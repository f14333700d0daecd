/** A chunk: when it was in the store, in milliseconds, and how many messages it holds. */
export interface PutChunk {
  readonly at: number;
  readonly messages: number;
}

/** How the reader on Dagster's side is set up. */
export interface ReaderSettings {
  readonly intervalSeconds: number;
  /** How long it takes for a message, in milliseconds. */
  readonly messageMs: number;
  /** When it began, in milliseconds. */
  readonly start: number;
  /** When the process ended. */
  readonly end: number;
}

/** What a step becomes: with all messages, failed by Dagster, or green though messages are lost. */
export type ReaderOutcome = "complete" | "failed" | "lost";

/** What each round of the reader's loop takes besides its second of sleep, in milliseconds. */
const ROUND_MS = 3;

/** How long Dagster waits for its reader when the process has ended. */
const READER_TIMEOUT_MS = 120_000;

/** Plays the loop of Dagster's `PipesThreadedMessageReader`. */
export function readChunks(
  chunks: readonly PutChunk[],
  { intervalSeconds, messageMs, start, end }: ReaderSettings,
): ReaderOutcome {
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
        now += chunk.messages * messageMs;
        read++;
      }
    }
    if (now > end + READER_TIMEOUT_MS) return "failed";
    now += 1000 + ROUND_MS;
    if (now < end) continue;
    closedAt ??= now;
    if (wholeSeconds(now - closedAt) > 10) break;
  }
  return read === chunks.length ? "complete" : "lost";
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}
