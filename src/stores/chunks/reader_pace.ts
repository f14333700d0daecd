/**
 * How Dagster's reader takes chunks: it looks for the next one within `interval` + 2 s. When the
 * process has ended, it finishes the chunk in hand, and then starts new ones for 11 s, with a second
 * of sleep after each. What it has not started by then is lost in silence. If it still reads 120 s
 * after the end of the process, the step fails.
 *
 * So every chunk but the last must have been started when the process ends, with two exceptions: the
 * reader can still take a small one within the 11 s, and a large one fails the step if the reader
 * needs more than 120 s for it. For a chunk of n messages, only readers matter that take less than
 * 120 s / n for a message.
 *
 * @module
 */

import type { MessageBuffer } from "./message_buffer.ts";

/** The time that a slow Dagster takes for a message. Up to it, nothing is lost. */
const SLOWEST_MESSAGE_MS = 60;

/** A reader that needs this long for a chunk fails the step: 120 s, and a quarter more to be sure. */
const FAILING_CHUNK_MS = 150_000;

/** The largest chunk that may be unread when the process ends: the slowest reader takes 10 s for it. */
const SMALL_CHUNK_MESSAGES = 150;

/** How many messages are held back for the last chunk: the slowest reader takes 120 s for them. */
const MAX_HELD_MESSAGES = 2000;

/** To save memory. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/** How long the reader sleeps between two chunks if the next one is there, and a second more. */
const BETWEEN_CHUNKS_MS = 2000;

/** Decides when to put a chunk, and how large it is, so that Dagster's reader misses nothing. */
export class ReaderPace {
  readonly #lookMs: number;
  readonly #maxHeldBytes: number;
  /** The chunks since the slowest reader had last read all of them. */
  #chunks: { readonly putAt: number; readonly messages: number }[] = [];
  #lastPutAt = -Infinity;
  #lastStartedAt = -Infinity;
  /** When the process can end at the earliest if one more chunk is put now and must be read. */
  canEndAt: number = -Infinity;

  constructor(intervalSeconds: number, maxChunkBytes: number = Infinity) {
    this.#lookMs = (intervalSeconds + 2) * 1000;
    this.#maxHeldBytes = Math.min(MAX_HELD_BYTES, maxChunkBytes);
  }

  /** Records that a chunk is in the store. */
  put(now: number, messages: number): void {
    if (this.#freeAt(SLOWEST_MESSAGE_MS) <= now) this.#chunks = [];
    const startedAt = Math.max(now + this.#lookMs, this.#freeAt(relevantMessageMs(messages)));
    // A small chunk may be unread at the end, but not two.
    const mustBeStartedAt = messages <= SMALL_CHUNK_MESSAGES ? this.#lastStartedAt : startedAt;
    this.canEndAt = Math.max(this.canEndAt, mustBeStartedAt);
    this.#lastStartedAt = startedAt;
    this.#lastPutAt = now;
    this.#chunks.push({ putAt: now, messages });
  }

  /** When the next chunk can be put while the process runs, and how many messages it can hold. */
  next({ messages, bytes }: MessageBuffer): { readonly at: number; readonly messages: number } {
    if (bytes > this.#maxHeldBytes) return { at: this.#lastPutAt + this.#lookMs, messages };
    if (messages > MAX_HELD_MESSAGES) {
      // The reader starts it at its next look.
      return { at: this.#freeAt(relevantMessageMs(messages)) - this.#lookMs, messages };
    }
    return { at: this.#lastStartedAt, messages: SMALL_CHUNK_MESSAGES };
  }

  /** When a reader that takes so long for a message is ready for another chunk at the latest. */
  #freeAt(messageMs: number): number {
    let freeAt = -Infinity;
    for (const { putAt, messages } of this.#chunks) {
      const startedAt = Math.max(putAt + this.#lookMs, freeAt);
      const throughAt = startedAt + messages * messageMs;
      freeAt = Math.max(startedAt + this.#lookMs, throughAt + BETWEEN_CHUNKS_MS);
    }
    return freeAt;
  }
}

/** The time for a message of the slowest reader that must have started a chunk at the end. */
function relevantMessageMs(messages: number): number {
  return Math.min(SLOWEST_MESSAGE_MS, FAILING_CHUNK_MS / messages);
}
