import { DagsterPipesError } from "../errors.ts";
import type { PipesChunkStore } from "./chunk_store.ts";
import { Persistence, type Surroundings } from "./persistence.ts";
import { isLasting, storeFailure } from "./store_error.ts";

const SPACE = 0x20;
const TAB = 0x09;

/** How many bytes of white space mark a chunk. */
const MARK_BYTES = 32;

/** Puts chunks into a store, one after the other, each until it is there. */
export class ChunkSender {
  readonly #store: PipesChunkStore;
  readonly #persistence: Persistence;
  /**
   * White space that each chunk is to have, which tells this session's own from that of another one
   * that said the same.
   */
  readonly mark: Uint8Array = newMark();
  #index = 1;

  /** @param over Aborted when nobody waits any longer. */
  constructor(store: PipesChunkStore, surroundings: Surroundings, over: AbortSignal) {
    this.#store = store;
    this.#persistence = new Persistence(surroundings, over);
  }

  /** The name of the next chunk. */
  get next(): string {
    return this.#store.chunkName(this.#index);
  }

  /** Whether the process waits for it. */
  setUrgent(isUrgent: boolean): void {
    this.#persistence.setUrgent(isUrgent);
  }

  /**
   * Puts the next chunk. Where it cannot be put, that is tried again, so that nothing comes before
   * it. At the first one, an error that will stay is thrown: it shows that the store is not set up.
   * Later it may be mended.
   */
  async send(payload: Uint8Array): Promise<void> {
    const name = `write ${this.next}`;
    try {
      await this.#persistence.try(
        name,
        (signal) => this.#put(payload, signal),
        (error) => isUsed(error) || this.#index === 1 && isLasting(error),
      );
    } catch (error) {
      const action = { name, right: this.#store.writeRight };
      throw storeFailure("messages_unavailable", action, error);
    }
    this.#index++;
  }

  async #put(payload: Uint8Array, signal: AbortSignal): Promise<void> {
    const isNew = await this.#store.uploadMessagesChunk(payload, this.#index, { signal });
    if (isNew !== false) return;
    // It may be there by an attempt whose answer was lost.
    const there = await this.#store.downloadMessagesChunk?.(this.#index, { signal });
    if (there !== undefined && isSame(there, payload)) return;
    throw new DagsterPipesError(
      "session_already_used",
      `Cannot write ${this.next}: another session has written there. Dagster's reader takes the messages of one process ` +
        "from there: let Dagster start this process anew, rather than a container or a queue that restarts it",
    );
  }
}

function newMark(): Uint8Array {
  const bits = crypto.getRandomValues(new Uint8Array(MARK_BYTES));
  return bits.map((bit) => bit % 2 === 0 ? SPACE : TAB);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** Whether an error says that the place belongs to another session. */
export function isUsed(error: unknown): boolean {
  return error instanceof DagsterPipesError && error.code === "session_already_used";
}
