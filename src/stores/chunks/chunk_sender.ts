import { DagsterPipesError } from "../../errors.ts";
import type { PipesAbortSignal } from "../../public_types.ts";
import type { PipesChunkStore } from "./chunk_store.ts";
import type { StoreEnvironment } from "./environment.ts";
import { Retry } from "./retry.ts";
import { isLasting } from "./store_error.ts";

const MARK_BYTES = 32;

/** The start of each chunk, in every language. */
const MESSAGE_START = '{"__dagster_pipes_version"';

/** Puts chunks into a store one by one, and repeats each until it is there. */
export class ChunkSender {
  readonly #store: PipesChunkStore;
  readonly #retry: Retry;
  /** Random white space that distinguishes a chunk from one of another session with the same messages. */
  readonly mark: string = Array.from(
    crypto.getRandomValues(new Uint8Array(MARK_BYTES)),
    (byte) => byte % 2 === 0 ? " " : "\t",
  ).join("");
  #index = 1;

  /** @param giveUp Ends the sending when aborted. */
  constructor(store: PipesChunkStore, environment: StoreEnvironment, giveUp: PipesAbortSignal) {
    this.#store = store;
    this.#retry = new Retry(environment, giveUp);
  }

  get nextName(): string {
    return this.#store.chunkName(this.#index);
  }

  setUrgent(isUrgent: boolean): void {
    this.#retry.setUrgent(isUrgent);
  }

  /**
   * Puts the next chunk, and retries until it is there, so that there is never a gap. A lasting error
   * is final only for the first chunk. Later, the store may be repaired while the process runs.
   */
  async send(payload: Uint8Array): Promise<void> {
    await this.#retry.run(
      `write ${this.nextName}`,
      (signal) => this.#put(payload, signal),
      (error) => isAlreadyUsed(error) || this.#index === 1 && isLasting(error),
    );
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
    const isOwn = present?.length === payload.length &&
      present.every((byte, i) => byte === payload[i]);
    if (!isOwn) throw alreadyUsedError(this.nextName);
  }

  /** Some servers overwrite the first chunk though they should not. The second shows another session. */
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
    `Cannot write ${name}: another session has written there. Dagster reads the messages of only one process ` +
      "there. If a container or a queue restarts the process, let Dagster start it again instead",
  );
}

export function isAlreadyUsed(error: unknown): boolean {
  return error instanceof DagsterPipesError && error.code === "session_already_used";
}
