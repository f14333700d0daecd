import { logLine, streamLine } from "../protocol/framing.ts";
import type { ByteSink, Runtime, StdioStream } from "../runtime/runtime.ts";
import type { LineLayout } from "./line_channel.ts";

/** What becomes visible of a write at once, in bytes: a page of memory. */
const PAGE = 4096;

const SPACE = 0x20;
const NEWLINE = 0x0a;
const encoder = new TextEncoder();

/**
 * A line that says nothing to Dagster, up to its line end. Spaces behind it make it as long as is
 * needed.
 */
let fillerLine: Uint8Array | undefined;

function filler(): Uint8Array {
  return fillerLine ??= encoder.encode(streamLine("stdout", ""));
}

/**
 * Of how many pages that would be crossed the file is looked at once, for other writers: each look
 * is a call of the system.
 */
const PAGES_A_LOOK = 8;

/** The least room that a filler needs, in bytes. */
const SHORTEST_FILLER = 128;

/**
 * Makes it rare that Dagster's file reader sees half a line. It takes whatever is there when it
 * meets the end of the file, and dies of half a line; a write becomes visible page by page.
 *
 * - A line of up to a page never crosses the border of one: a line without meaning fills the page
 *   before it.
 * - Ahead of a longer one, in the same write, goes a DEBUG log message. Storing it keeps the reader
 *   busy while the long line becomes whole.
 *
 * It helps only where this process alone writes to the file, and stops for good where the file's
 * size shows that it does not.
 */
export class PageLayout implements LineLayout {
  readonly #sink: ByteSink;
  #offset: number;
  #isAlone: boolean;
  #crossed = 0;
  start = 0;
  end = 0;

  /** @param sink The file, opened to append to. */
  constructor(sink: ByteSink) {
    this.#sink = sink;
    const size = sink.size();
    this.#offset = size ?? 0;
    this.#isAlone = size !== undefined;
  }

  arrange(buffer: Uint8Array, start: number, end: number): void {
    this.start = start;
    this.end = end;
    if (!this.#isAlone) return;
    const length = end - start;
    const room = PAGE - this.#offset % PAGE;
    let from = start;
    let to = end;
    if (length > room) {
      if (length > PAGE || this.#crossed++ % PAGES_A_LOOK === 0) {
        this.#isAlone = this.#sink.size() === this.#offset;
        if (!this.#isAlone) return;
      }
      from = length <= PAGE ? fill(buffer, start, room) : announce(buffer, start, length, room);
    }
    // What is left of the page would be too little for a line that fills it.
    const left = (PAGE - (this.#offset + to - from) % PAGE) % PAGE;
    if (length <= PAGE && left > 0 && left < SHORTEST_FILLER) {
      to = pad(buffer, end, left);
    }
    this.#offset += to - from;
    this.start = from;
    this.end = to;
  }
}

/** Fills a page up to where the line starts. */
function fill(buffer: Uint8Array, start: number, room: number): number {
  // A page is left with too little room only by a line of more than a page, or by another process.
  if (room < SHORTEST_FILLER) return start;
  buffer.set(filler(), start - room);
  buffer.fill(SPACE, start - room + filler().length, start - 1);
  buffer[start - 1] = NEWLINE;
  return start - room;
}

function announce(buffer: Uint8Array, start: number, length: number, room: number): number {
  const ahead = encoder.encode(`${logLine(`A message of ${length} bytes follows`, "DEBUG")}\n`);
  const from = start - ahead.length;
  buffer.set(ahead, from);
  return ahead.length > room ? fill(buffer, from, room) : from;
}

function pad(buffer: Uint8Array, end: number, count: number): number {
  buffer.fill(SPACE, end - 1, end - 1 + count);
  buffer[end - 1 + count] = NEWLINE;
  return end + count;
}

/**
 * Begins a line of its own for a message on a stream where the script has left one open, such as a
 * progress bar, or has output that the runtime has yet to write. Behind half a line, Dagster would
 * take the message for output.
 */
export class StreamLayout implements LineLayout {
  readonly #sink: ByteSink;
  readonly #unlisten: () => void;
  #isMidLine = false;
  start = 0;
  end = 0;

  constructor(runtime: Runtime, stream: StdioStream, sink: ByteSink) {
    this.#sink = sink;
    // What cannot be listened to is no reason not to open.
    this.#unlisten = runtime.onStdio((from, chunk) => {
      if (from === stream && chunk.length > 0) {
        this.#isMidLine = !endsLine(chunk);
      }
    });
  }

  arrange(buffer: Uint8Array, start: number, end: number): void {
    this.start = start;
    this.end = end;
    if (!this.#isMidLine && this.#sink.isBehind?.() !== true) return;
    this.start--;
    buffer[this.start] = NEWLINE;
    this.#isMidLine = false;
  }

  /** Looks at the output of the script no longer. */
  close(): void {
    this.#unlisten();
  }
}

function endsLine(chunk: string | Uint8Array): boolean {
  return typeof chunk === "string" ? chunk.endsWith("\n") : chunk.at(-1) === NEWLINE;
}
