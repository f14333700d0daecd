import { DagsterPipesError } from "../../errors.ts";
import type { PipesAbortSignal } from "../../public_types.ts";
import type { PipesChunkStore } from "./chunk_store.ts";
import type { StoreEnvironment } from "./environment.ts";
import { Retry } from "./retry.ts";
import { isLasting, toStoreError } from "./store_error.ts";

const MARK_BYTES = 32;

/** What each chunk starts with, whichever library wrote it. */
const MESSAGE_START = '{"__dagster_pipes_version"';

/** Puts chunks into a store, one after the other, each until it is there. */
export class ChunkSender {
  readonly #store: PipesChunkStore;
  readonly #retry: Retry;
  /**
   * Random white space for each chunk: without it, a chunk of another session with the same messages
   * would pass for this session's own.
   */
  readonly mark: string = randomMark();
  #index = 1;

  /** @param giveUp Ends the sending when it is aborted. */
  constructor(store: PipesChunkStore, environment: StoreEnvironment, giveUp: PipesAbortSignal) {
    this.#store = store;
    this.#retry = new Retry(environment, giveUp);
  }

  /** The name of the next chunk. */
  get nextName(): string {
    return this.#store.chunkName(this.#index);
  }

  /** Sets whether the process waits for the chunk. */
  setUrgent(isUrgent: boolean): void {
    this.#retry.setUrgent(isUrgent);
  }

  /**
   * Puts the next chunk. If that fails, it is tried again, so that there is never a gap. Only for the
   * first chunk a lasting error is final: it shows that the store is not set up. Later, the store may
   * be repaired while the process runs.
   */
  async send(payload: Uint8Array): Promise<void> {
    const action = `write ${this.nextName}`;
    try {
      await this.#retry.run(
        action,
        (signal) => this.#put(payload, signal),
        (error) => isAlreadyUsed(error) || this.#index === 1 && isLasting(error),
      );
    } catch (error) {
      throw toStoreError("messages_unavailable", action, error, this.#store.writeRight);
    }
    this.#index++;
  }

  async #put(payload: Uint8Array, signal: AbortSignal): Promise<void> {
    const [isNew] = await Promise.all([
      this.#store.uploadMessagesChunk(payload, this.#index, { signal }),
      this.#index === 1 ? this.#requireNoSecond(signal) : undefined,
    ]);
    if (isNew !== false) return;
    // An earlier attempt may have put it, and only its answer was lost.
    const present = await this.#store.downloadMessagesChunk?.(this.#index, { signal });
    if (present === undefined || !isSame(present, payload)) throw alreadyUsedError(this.nextName);
  }

  /** Some servers overwrite a chunk though they should not. Then a later one shows another session. */
  async #requireNoSecond(signal: AbortSignal): Promise<void> {
    let second: Uint8Array | undefined;
    try {
      second = await this.#store.downloadMessagesChunk?.(2, { signal });
    } catch {
      return;
    }
    if (new TextDecoder().decode(second).startsWith(MESSAGE_START)) {
      throw alreadyUsedError(this.#store.chunkName(2));
    }
  }
}

function alreadyUsedError(name: string): DagsterPipesError {
  return new DagsterPipesError(
    "session_already_used",
    `Cannot write ${name}: another session has written there. Dagster's reader takes the messages of one process ` +
      "from there: let Dagster start this process again, instead of a container or a queue that restarts it",
  );
}

function randomMark(): string {
  const random = crypto.getRandomValues(new Uint8Array(MARK_BYTES));
  return Array.from(random, (byte) => byte % 2 === 0 ? " " : "\t").join("");
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** Whether an error means that the place belongs to another session. */
export function isAlreadyUsed(error: unknown): boolean {
  return error instanceof DagsterPipesError && error.code === "session_already_used";
}
