import { ChunkChannel, type ChunkChannelOptions } from "../../src/stores/chunks/chunk_channel.ts";
import type { PipesChunkStore } from "../../src/stores/chunks/chunk_store.ts";
import { FakeClock } from "./fake_clock.ts";

/** What a fake store does with a request, before anything else. */
export type Weather = (index: number, attempt: number) => void | Promise<void>;

/** A store in memory, with bad weather where a test wants it. */
export class FakeStore implements PipesChunkStore {
  /** The chunks, and when each was put. */
  readonly chunks: Map<number, { readonly text: string; readonly at: number }> = new Map();
  /** All requests to put, with their numbers. */
  readonly requests: { readonly index: number; readonly at: number; readonly text: string }[] = [];
  readonly #clock: FakeClock;
  readonly writeRight = "store:Put";
  /** What happens ahead of a put; it may throw. */
  before: Weather = () => {};
  /** What happens behind a put, when the chunk is there. */
  after: Weather = () => {};
  readonly maxChunkBytes: number;
  /** How many puts are under way, and the most there were. */
  underWay = 0;
  mostUnderWay = 0;

  constructor(clock: FakeClock, maxChunkBytes: number) {
    this.#clock = clock;
    this.maxChunkBytes = maxChunkBytes;
  }

  chunkName(index: number): string {
    return `fake://bucket/${index}.json`;
  }

  async uploadMessagesChunk(payload: Uint8Array, index: number): Promise<boolean> {
    const text = new TextDecoder().decode(payload);
    this.requests.push({ index, at: this.#clock.now(), text });
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    try {
      const attempt = this.requests.filter((request) => request.index === index).length;
      await this.before(index, attempt);
      if (this.chunks.has(index)) return false;
      this.chunks.set(index, { text, at: this.#clock.now() });
      await this.after(index, attempt);
      return true;
    } finally {
      this.underWay--;
    }
  }

  downloadMessagesChunk(index: number): Promise<Uint8Array> {
    return Promise.resolve(new TextEncoder().encode(this.chunks.get(index)?.text));
  }

  /** The lines of a chunk, without the white space behind them. */
  lines(index: number): string[] {
    return this.chunks.get(index)?.text.split("\n").map((line) => line.trimEnd()) ?? [];
  }

  /** All lines in their order, checked to stand in chunks without a gap. */
  allLines(): string[] {
    return Array.from({ length: this.chunks.size }, (_, i) => {
      if (!this.chunks.has(i + 1)) throw new Error(`there is no chunk ${i + 1}`);
      return this.lines(i + 1);
    }).flat();
  }
}

/** A channel to a fake store, at a time of its own. */
export interface FakeChannel {
  readonly channel: ChunkChannel;
  readonly store: FakeStore;
  readonly clock: FakeClock;
  readonly notices: string[];
  /** Writes so many messages, numbered from where it stopped, and with a text if there is one. */
  write(count: number, text?: string): void;
  /** What the store should hold in all. */
  readonly written: string[];
}

/** Opens a channel; with a line `opened`, sent as a session does it, where wanted. */
export async function fakeChannel(
  options: Partial<ChunkChannelOptions> & {
    readonly isOpened?: boolean;
    readonly maxChunkBytes?: number;
  } = {},
): Promise<FakeChannel> {
  const { isOpened = true, maxChunkBytes = Infinity, ...rest } = options;
  const clock = new FakeClock();
  const store = new FakeStore(clock, maxChunkBytes);
  const notices: string[] = [];
  const channel = new ChunkChannel(
    store,
    { intervalSeconds: 10, deadlineSeconds: 60, maxUnsentBytes: 1e9, ...rest },
    {
      now: () => clock.now(),
      after: (ms, action, keepsAlive) => clock.after(ms, action, keepsAlive),
      notice: (line) => void notices.push(line),
    },
  );
  const written: string[] = [];
  const write = (count: number, text?: string): void => {
    for (let i = 0; i < count; i++) {
      const line = JSON.stringify({ n: written.length, text });
      channel.writeMessage(line);
      written.push(line);
    }
  };
  if (isOpened) {
    write(1);
    await clock.until(channel.flush());
  }
  return { channel, store, clock, notices, write, written };
}

/** An error as a store's client throws it. */
export function answer(status: number, name: string = "Error"): Error {
  return Object.assign(new Error(`the store says ${name}`), { name, statusCode: status });
}
