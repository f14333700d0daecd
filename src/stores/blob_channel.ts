import { DagsterPipesError } from "../errors.ts";
import type { PipesAbortSignal } from "../public_types.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { isClosedLine } from "../protocol/framing.ts";
import type { PipesChunkStore } from "./chunk_store.ts";
import { onAbort } from "./clock.ts";
import { ChunkSender, isUsed } from "./chunk_sender.ts";
import { type Lines, MessageBuffer } from "./message_buffer.ts";
import type { Surroundings } from "./persistence.ts";
import { ReaderPace } from "./reader_pace.ts";
import { stayForReader } from "./reader_wait.ts";
import { storeFailure } from "./store_error.ts";

/** How often to look whether the reader is ready for more, in milliseconds. */
const LOOKING_EVERY = 1000;

/** Dagster gives its reader 120 s when the process has ended. So many fit in, at 10 ms each. */
const MOST_IN_LAST_CHUNK = 10_000;

const MEGABYTE = 1024 * 1024;

/** What to do about too many messages. */
const REPORT_LESS = "Dagster takes 100 to 1,000 messages a second: report less, or more in one";

/** How a channel sends. */
export interface BlobChannelOptions {
  readonly intervalSeconds: number;
  readonly deadlineSeconds: number;
  readonly maxUnsentBytes: number;
}

/** Sends messages to a store in numbered chunks, in step with the reader on Dagster's side. */
export class BlobChannel implements PipesMessageWriterChannel {
  readonly #store: PipesChunkStore;
  readonly #options: BlobChannelOptions;
  readonly #surroundings: Surroundings;
  readonly #buffer = new MessageBuffer();
  readonly #sender: ChunkSender;
  readonly #pace: ReaderPace;
  readonly #giveUp = new AbortController();
  #cancelPlan: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  /** Taken out of the buffer, and not known to be in the store. */
  #inFlight: Lines | undefined;
  #closing: Promise<void> | undefined;
  /** Why nothing can be sent any more. */
  #failure: DagsterPipesError | undefined;

  constructor(store: PipesChunkStore, options: BlobChannelOptions, surroundings: Surroundings) {
    this.#store = store;
    this.#options = options;
    this.#surroundings = surroundings;
    this.#sender = new ChunkSender(store, surroundings, this.#giveUp.signal);
    this.#pace = new ReaderPace(options.intervalSeconds);
  }

  get unsentMessages(): number {
    return this.#buffer.messages + (this.#inFlight?.messages ?? 0);
  }

  writeMessage(line: string): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) {
      throw new DagsterPipesError("session_closed", "Cannot take a message: the channel is closed");
    }
    this.#requireRoom(line);
    this.#buffer.add(line);
    this.#plan();
  }

  /** Sends what there is at once: `opened`, which shows whether the store can be written to. */
  async flush(): Promise<void> {
    await this.#urgently(undefined, async () => {
      if (this.unsentMessages > 0) await this.#send(Infinity);
    });
    if (this.#failure === undefined) return;
    // Whoever awaits this is told, and a close would have nothing to add.
    this.#closing ??= Promise.resolve();
    throw this.#failure;
  }

  close(signal?: PipesAbortSignal): Promise<void> {
    return this.#closing ??= this.#close(signal);
  }

  async #close(signal: PipesAbortSignal | undefined): Promise<void> {
    let isReaderBehind = false;
    const { clock } = this.#surroundings;
    const until = clock.now() + this.#options.deadlineSeconds * 1000;
    await this.#urgently(signal, async () => {
      let outlook = this.#pace.outlook;
      while (this.#failure === undefined && this.unsentMessages > 0) {
        outlook = this.#pace.outlook;
        if (this.unsentMessages > MOST_IN_LAST_CHUNK) this.#warnOfMany();
        await this.#send(Infinity);
      }
      if (this.#failure !== undefined) return;
      isReaderBehind = !await stayForReader(outlook, {
        ...this.#surroundings,
        until,
        over: this.#giveUp.signal,
      });
    });
    if (this.#failure !== undefined) throw this.#undelivered(this.#failure);
    if (!isReaderBehind) return;
    throw new DagsterPipesError(
      "messages_undelivered",
      "All messages are in the store, but Dagster's message reader may be so far behind that it does not reach the last of " +
        `them: it stops 11 s after the end of the process. ${REPORT_LESS}, or raise deadlineSeconds`,
    );
  }

  /** Does something for which the process waits, when what is under way is done. */
  async #urgently(
    signal: PipesAbortSignal | undefined,
    action: () => Promise<void>,
  ): Promise<void> {
    this.#cancelPlan?.();
    this.#cancelPlan = undefined;
    this.#sender.setUrgent(true);
    const { clock } = this.#surroundings;
    const giveUp = (): void => this.#giveUp.abort();
    // Who has no time from the beginning tells of it; who runs out of it may be gone before it can.
    const isLateForTelling = signal?.aborted === true;
    const cancels = [
      clock.after(this.#options.deadlineSeconds * 1000, giveUp, true),
      signal === undefined ? () => {} : onAbort(signal, () => {
        if (!isLateForTelling) this.#tellLoss();
        giveUp();
      }),
    ];
    try {
      await this.#sending;
      if (this.#failure === undefined) await action();
    } finally {
      for (const cancel of cancels) cancel();
      this.#sender.setUrgent(false);
    }
  }

  /** Sends when the reader is ready for more. */
  #plan(): void {
    const isBusy = this.#cancelPlan !== undefined || this.#sending !== undefined;
    if (isBusy || this.#closing !== undefined || this.#buffer.messages === 0) return;
    const { clock } = this.#surroundings;
    const wait = Math.max(this.#pace.next(this.#buffer).at - clock.now(), 0);
    const act = (): void => {
      this.#cancelPlan = undefined;
      const { at, messages } = this.#pace.next(this.#buffer);
      if (at <= clock.now() && this.#sending === undefined) void this.#send(messages);
      else this.#plan();
    };
    // More may be waiting by then, and be sent sooner for it.
    this.#cancelPlan = clock.after(Math.min(wait, LOOKING_EVERY), act, false);
  }

  /** Sends a chunk. Why it cannot is kept for whoever reports or closes next. */
  #send(messages: number): Promise<void> {
    return this.#sending = this.#put(messages)
      .catch((error) => {
        this.#failure = storeFailure("messages_unavailable", { name: this.#writing }, error);
      })
      .finally(() => {
        this.#sending = undefined;
        this.#plan();
      });
  }

  async #put(messages: number): Promise<void> {
    const bytes = this.#store.maxChunkBytes ?? Infinity;
    this.#inFlight = this.#buffer.take({ messages, bytes }, this.#sender.mark);
    await this.#sender.send(this.#inFlight.bytes);
    this.#pace.put(this.#surroundings.clock.now(), this.#inFlight.messages);
    this.#inFlight = undefined;
  }

  get #writing(): string {
    return `write ${this.#sender.next}`;
  }

  #requireRoom(line: string): void {
    // The last message is worth more than a limit.
    if (isClosedLine(line)) return;
    const { maxChunkBytes = Infinity } = this.#store;
    if (line.length + this.#sender.mark.length > maxChunkBytes) {
      throw new DagsterPipesError(
        "invalid_value",
        `Cannot send a message of ${line.length} characters: Dagster's reader takes at most ${maxChunkBytes} bytes at once here. Report less in one`,
      );
    }
    const { maxUnsentBytes } = this.#options;
    const unsent = this.#buffer.bytes + (this.#inFlight?.bytes.length ?? 0);
    if (unsent + line.length <= maxUnsentBytes) return;
    throw new DagsterPipesError(
      "messages_unavailable",
      `Cannot take another message: ${this.unsentMessages} of them, ${
        Math.round(unsent / MEGABYTE)
      } MB, wait to be sent to ${this.#sender.next}, and more may not (maxUnsentBytes). ${REPORT_LESS}`,
    );
  }

  #warnOfMany(): void {
    this.#surroundings.notice(
      `${this.unsentMessages} messages are left for the end. Dagster reads for 120 s after the process has ended, and ` +
        `fails the step where that is too short. ${REPORT_LESS}`,
    );
  }

  #tellLoss(): void {
    if (this.unsentMessages === 0) return;
    this.#surroundings.notice(
      `${this.unsentMessages} messages are undelivered: there was no time to write ${this.#sender.next}`,
    );
  }

  #undelivered(cause: DagsterPipesError): DagsterPipesError {
    if (isUsed(cause)) return cause;
    return new DagsterPipesError(
      "messages_undelivered",
      `${this.unsentMessages} messages are undelivered. ${cause.message}`,
      { cause },
    );
  }
}
