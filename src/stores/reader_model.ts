/** What the reader waits between two chunks when it is behind, and a second to spare, in ms. */
const BETWEEN_CHUNKS = 2000;

/** What one more chunk costs the reader, in messages: it sleeps for a second after each. */
const CHUNK_COST = 100;

/**
 * What Dagster's reader has surely read by now, where it needs no more than so long for a message.
 *
 * It looks for the next chunk once within `interval` + 2 s, or when it is through with the one
 * before. When the process has ended it goes on for 11 s; what it has not reached by then is lost,
 * and nothing tells of it.
 */
export class ReaderModel {
  readonly #lookingEvery: number;
  readonly #handling: number;
  /** The chunks that may be unread, and when the reader surely begins with each and is through. */
  readonly #unread: {
    readonly begunAt: number;
    readonly throughAt: number;
    readonly messages: number;
  }[] = [];
  #freeAt = -Infinity;

  /**
   * @param lookingEvery The longest time between two looks for a chunk, in milliseconds.
   * @param handling The time that a message takes, in milliseconds.
   */
  constructor(lookingEvery: number, handling: number) {
    this.#lookingEvery = lookingEvery;
    this.#handling = handling;
  }

  /** Notes that a chunk is there to be read. */
  put(now: number, messages: number): void {
    const begunAt = Math.max(now + this.#lookingEvery, this.#freeAt);
    const throughAt = begunAt + messages * this.#handling;
    this.#freeAt = Math.max(begunAt + this.#lookingEvery, throughAt + BETWEEN_CHUNKS);
    this.#unread.push({ begunAt, throughAt, messages });
    this.#unread.splice(0, this.#unread.findIndex((chunk) => chunk.throughAt > now));
  }

  /** From when on the reader has surely begun with the last chunk. */
  get hasBegunLastAt(): number {
    return this.#unread.at(-1)?.begunAt ?? -Infinity;
  }

  /** From when on the reader is surely through with all but so many messages, in one chunk. */
  hasAtMostUnreadAt(messages: number): number {
    let left = messages + CHUNK_COST;
    for (const chunk of this.#unread.toReversed()) {
      left -= chunk.messages + CHUNK_COST;
      if (left < 0) return chunk.throughAt;
    }
    return -Infinity;
  }
}
