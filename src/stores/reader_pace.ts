import { PIECE_MESSAGES } from "./message_buffer.ts";
import { ReaderModel } from "./reader_model.ts";

/** How long Dagster takes for a message: this is what its reader is relied on for, in ms. */
const RELIED_ON = 10;

/** The same for a slower one, which is spared where that costs little, in ms. */
const SPARED = 13;

/**
 * How many messages may stand in a chunk that is unread when the process ends, ahead of the last
 * one. The reader has 11 s to reach the last one, and takes 6 for these.
 */
const UNREAD_AT_END = 500;

/** How many messages are kept back for the last chunk: for those, nobody has to wait at the end. */
const KEPT_BACK = 4000;

/** From so many on, messages are sent though the reader may be behind: they take memory. */
const PILE = 8000;

/** The same, in bytes. */
const PILE_BYTES = 16 * 1024 * 1024;

/** What waits to be sent. */
export interface Waiting {
  readonly messages: number;
  readonly bytes: number;
}

/** What the reader has to read ahead of the last chunk. */
export interface ReaderOutlook {
  /** From when on a process can end, and the reader reaches the last chunk. */
  readonly canEndAt: number;
  /** The same for a slower reader. */
  readonly canEndGentlyAt: number;
}

/**
 * When to send how much, so that Dagster's reader is kept busy while the process runs, and can reach
 * the last chunk when it has ended.
 */
export class ReaderPace {
  readonly #lookingEvery: number;
  readonly #reader: ReaderModel;
  readonly #slowReader: ReaderModel;
  #nextLookAt = -Infinity;

  /** @param intervalSeconds That of Dagster's reader. */
  constructor(intervalSeconds: number) {
    // It waits for whole seconds, and looks at the clock once a second.
    this.#lookingEvery = (intervalSeconds + 2) * 1000;
    this.#reader = new ReaderModel(this.#lookingEvery, RELIED_ON);
    this.#slowReader = new ReaderModel(this.#lookingEvery, SPARED);
  }

  /** Notes that a chunk is there to be read. */
  put(now: number, messages: number): void {
    this.#reader.put(now, messages);
    this.#slowReader.put(now, messages);
    this.#nextLookAt = now + this.#lookingEvery;
  }

  /** When the next chunk may go while the process runs, and how many messages it may hold. */
  next({ messages, bytes }: Waiting): { readonly at: number; readonly messages: number } {
    if (bytes > PILE_BYTES) return { at: this.#nextLookAt, messages };
    const over = Math.floor((messages - KEPT_BACK) / PIECE_MESSAGES) * PIECE_MESSAGES;
    const count = Math.max(over, UNREAD_AT_END);
    if (messages > PILE) return { at: this.#nextLookAt, messages: count };
    const reader = over > UNREAD_AT_END ? this.#reader : this.#slowReader;
    return { at: Math.max(this.#nextLookAt, reader.hasBegunLastAt), messages: count };
  }

  /** What the reader has to read by now, for whoever puts the last chunk. */
  get outlook(): ReaderOutlook {
    return {
      canEndAt: this.#reader.hasAtMostUnreadAt(UNREAD_AT_END),
      canEndGentlyAt: this.#slowReader.hasAtMostUnreadAt(UNREAD_AT_END),
    };
  }
}
