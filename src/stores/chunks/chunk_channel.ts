import { DagsterPipesError } from "../../errors.ts";
import { isRecord } from "../../json/kinds.ts";
import type { PipesMessageWriterChannel } from "../../ports.ts";
import { failedLine, isClosedLine } from "../../protocol/messages.ts";
import type { PipesAbortSignal } from "../../public_types.ts";
import { ChunkSender, isAlreadyUsed } from "./chunk_sender.ts";
import type { PipesChunkStore } from "./chunk_store.ts";
import { onAbort, type StoreEnvironment } from "./environment.ts";
import { type EncodedMessages, MessageBuffer, utf8Length } from "./message_buffer.ts";
import { ReaderPace } from "./reader_pace.ts";
import { toStoreError } from "./store_error.ts";

/** How often the next chunk is planned again: more messages may be waiting by then. */
const PLAN_INTERVAL_MS = 1000;

/** A reader that takes 12 ms for a message reads them in 120 s: Dagster does not wait longer. */
const MAX_SAFE_LAST_MESSAGES = 10_000;

const TOO_MANY_ADVICE =
  "Dagster takes 100 to 1,000 messages a second: report less, or more in one message";

export interface ChunkChannelOptions {
  readonly intervalSeconds: number;
  readonly deadlineSeconds: number;
  readonly maxUnsentBytes: number;
}

/** Sends messages to a store in numbered chunks, at the pace of Dagster's reader. */
export class ChunkChannel implements PipesMessageWriterChannel {
  readonly #store: PipesChunkStore;
  readonly #options: ChunkChannelOptions;
  readonly #environment: StoreEnvironment;
  readonly #maxChunkBytes: number;
  readonly #buffer = new MessageBuffer();
  readonly #sender: ChunkSender;
  readonly #pace: ReaderPace;
  readonly #giveUp = new AbortController();
  #cancelPlan: (() => void) | undefined;
  #sending: Promise<void> | undefined;
  /** Taken out of the buffer, and not yet known to be in the store. */
  #inFlight: EncodedMessages | undefined;
  #closing: Promise<void> | undefined;
  /** What ended the sending. */
  #failure: DagsterPipesError | undefined;

  constructor(store: PipesChunkStore, options: ChunkChannelOptions, environment: StoreEnvironment) {
    this.#store = store;
    this.#options = options;
    this.#environment = environment;
    this.#maxChunkBytes = store.maxChunkBytes ?? Infinity;
    this.#sender = new ChunkSender(store, environment, this.#giveUp.signal);
    this.#pace = new ReaderPace(options.intervalSeconds, this.#maxChunkBytes);
  }

  get unsentMessages(): number {
    return this.#buffer.messages + (this.#inFlight?.messages ?? 0);
  }

  writeMessage(line: string): void {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closing !== undefined) {
      throw new DagsterPipesError("session_closed", "Cannot take a message: the channel is closed");
    }
    const maxBytes = this.#maxChunkBytes - this.#sender.mark.length;
    const isLast = isClosedLine(line);
    const sent = isLast ? shortClosedLine(line, maxBytes) : line;
    const bytes = utf8Length(sent);
    if (bytes > maxBytes) {
      throw new DagsterPipesError(
        "invalid_value",
        `Cannot send a message of ${bytes} bytes: Dagster's reader takes at most ${maxBytes} bytes here. ` +
          "Report less in one message",
      );
    }
    // The last message must not be lost for the limit to the memory.
    if (!isLast) this.#requireRoom(bytes);
    this.#buffer.add(sent, bytes);
    this.#plan();
  }

  /** Sends the first message at once, which shows whether the store can be written to. */
  async flush(): Promise<void> {
    await this.#urgently(undefined, async () => {
      if (this.unsentMessages > 0) await this.#send(Infinity);
    });
    if (this.#failure === undefined) return;
    // The caller gets the error here. The close must not repeat it.
    this.#closing ??= Promise.resolve();
    throw this.#failure;
  }

  close(signal?: PipesAbortSignal): Promise<void> {
    return this.#closing ??= this.#close(signal);
  }

  async #close(signal: PipesAbortSignal | undefined): Promise<void> {
    const until = this.#environment.now() + this.#options.deadlineSeconds * 1000;
    let canEndAt = -Infinity;
    await this.#urgently(signal, async () => {
      while (this.#failure === undefined && this.unsentMessages > 0) {
        canEndAt = this.#pace.canEndAt;
        if (this.unsentMessages > MAX_SAFE_LAST_MESSAGES) {
          this.#environment.notice(
            `${this.unsentMessages} messages are left for the end. Dagster reads for 120 s after the process has ` +
              `ended, and fails the step if that is too short. ${TOO_MANY_ADVICE}`,
          );
        }
        await this.#send(Infinity);
      }
      if (this.#failure === undefined) await this.#waitForReader(Math.min(canEndAt, until));
    });
    const cause = this.#failure;
    if (cause !== undefined && isAlreadyUsed(cause)) throw cause;
    const lost = `${this.unsentMessages} messages are undelivered. ${cause?.message}`;
    if (cause !== undefined) throw new DagsterPipesError("messages_undelivered", lost, { cause });
    if (this.#environment.now() >= canEndAt) return;
    throw new DagsterPipesError(
      "messages_undelivered",
      "All messages are in the store, but Dagster's message reader may be so far behind that it does not reach the last of " +
        `them: it stops 11 s after the end of the process. ${TOO_MANY_ADVICE}, or raise deadlineSeconds`,
    );
  }

  /** Waits for the current request, and then for an action that keeps the process alive. */
  async #urgently(
    signal: PipesAbortSignal | undefined,
    action: () => Promise<void>,
  ): Promise<void> {
    this.#cancelPlan?.();
    this.#cancelPlan = undefined;
    this.#sender.setUrgent(true);
    const giveUp = (): void => this.#giveUp.abort();
    // If the signal is aborted from the start, the caller reports the loss. Later, the process may be
    // gone before the caller can.
    const isReportedByCaller = signal?.aborted === true;
    const cancels = [
      this.#environment.after(this.#options.deadlineSeconds * 1000, giveUp, true),
      signal === undefined ? () => {} : onAbort(signal, () => {
        const lost =
          `${this.unsentMessages} messages are undelivered: the time was too short to write`;
        const isLost = this.unsentMessages > 0 && !isReportedByCaller;
        if (isLost) this.#environment.notice(`${lost} ${this.#sender.nextName}`);
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

  #plan(): void {
    const isBusy = this.#cancelPlan !== undefined || this.#sending !== undefined;
    if (isBusy || this.#closing !== undefined || this.#buffer.messages === 0) return;
    const wait = Math.max(this.#pace.next(this.#buffer).at - this.#environment.now(), 0);
    const act = (): void => {
      this.#cancelPlan = undefined;
      const { at, messages } = this.#pace.next(this.#buffer);
      if (at <= this.#environment.now() && this.#sending === undefined) void this.#send(messages);
      else this.#plan();
    };
    this.#cancelPlan = this.#environment.after(Math.min(wait, PLAN_INTERVAL_MS), act, false);
  }

  /** Sends a chunk. A failure is kept for the next report or the close. */
  #send(messages: number): Promise<void> {
    return this.#sending = this.#put(messages)
      .catch((error) => {
        const action = `write ${this.#sender.nextName}`;
        const { writeRight } = this.#store;
        this.#failure = toStoreError("messages_unavailable", action, error, writeRight);
      })
      .finally(() => {
        this.#sending = undefined;
        this.#plan();
      });
  }

  async #put(messages: number): Promise<void> {
    const limits = { messages, bytes: this.#maxChunkBytes };
    this.#inFlight = this.#buffer.take(limits, this.#sender.mark);
    await this.#sender.send(this.#inFlight.bytes);
    this.#pace.put(this.#environment.now(), this.#inFlight.messages);
    this.#inFlight = undefined;
  }

  /** Waits until Dagster's reader will reach the last chunk even if the process ends. */
  async #waitForReader(until: number): Promise<void> {
    const wait = until - this.#environment.now();
    if (wait <= 0) return;
    const seconds = Math.ceil(wait / 1000);
    this.#environment.notice(
      `all messages are sent. Waiting ${seconds} s, so that Dagster's message reader, which is behind, reaches ` +
        "the last of them",
    );
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancels = [
      this.#environment.after(wait, resolve, true),
      onAbort(this.#giveUp.signal, resolve),
    ];
    await promise;
    for (const cancel of cancels) cancel();
  }

  #requireRoom(messageBytes: number): void {
    const bytes = this.#buffer.bytes + (this.#inFlight?.bytes.length ?? 0);
    const { maxUnsentBytes } = this.#options;
    if (bytes + messageBytes <= maxUnsentBytes) return;
    throw new DagsterPipesError(
      "messages_unavailable",
      `Cannot take another message: ${this.unsentMessages} messages of ${bytes} bytes wait to be sent to ` +
        `${this.#sender.nextName}, and the option maxUnsentBytes allows only ${maxUnsentBytes}. ${TOO_MANY_ADVICE}`,
    );
  }
}

/** The `closed` message in at most so many bytes: with the start of the exception's message only. */
function shortClosedLine(line: string, maxMessageBytes: number): string {
  if (utf8Length(line) <= maxMessageBytes) return line;
  const closed: unknown = JSON.parse(line);
  const exception = isRecord(closed) && isRecord(closed.params) && closed.params.exception;
  const { name, message } = isRecord(exception) ? exception : {};
  const note = `The exception is too long to send: ${line.length} bytes. It starts: `;
  const roomBytes = maxMessageBytes - failedLine(note).length;
  // In ASCII, JSON takes at most 6 bytes for a character.
  return failedLine(note + `${name}: ${message}`.slice(0, Math.max(0, Math.floor(roomBytes / 6))));
}
