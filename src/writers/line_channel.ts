import type { DagsterPipesError } from "../errors.ts";
import { framedLine, type LineFrame } from "../protocol/framing.ts";
import { isPlain } from "../json/string_text.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { isPipeFull, waitForPipe } from "../runtime/write_all.ts";
import type { ByteSink } from "../runtime/runtime.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";

const encoder = new TextEncoder();
const EMPTY = new Uint8Array(0);

/**
 * The buffer that is kept between lines, in bytes. A longer line gets one of its own, which is
 * given back.
 */
const KEPT_BUFFER = 64 * 1024;

/** What may come ahead of a line in the same write, in bytes. */
const HEADROOM = 8 * 1024;

/** What a layout may add behind a line, in bytes: less than a page. */
const TAILROOM = 4 * 1024;

/**
 * The longest text, in characters of up to three bytes, that fits into the kept buffer in any
 * frame.
 */
const LONGEST_FRAMED = (KEPT_BUFFER - HEADROOM - 2 * TAILROOM) / 3;

/** Decides how lines lie in what they are written to. */
export interface LineLayout {
  /** Where the bytes to write start, after {@linkcode arrange}. */
  readonly start: number;
  /** Where the bytes to write end, after {@linkcode arrange}. */
  readonly end: number;
  /**
   * May put bytes before the line, which ends at `end` in `buffer` and has `start` bytes of room
   * ahead of it, and spaces before its line end.
   */
  arrange(buffer: Uint8Array, start: number, end: number): void;
}

/**
 * Writes whole lines to a descriptor, each by one write where the system takes it whole.
 *
 * Where a write stops in the middle, the rest of the line goes out before any other byte: until it
 * has, every later line is refused, for a line torn in two would end Dagster's reader.
 */
export class LineChannel implements PipesMessageWriterChannel {
  readonly #sink: ByteSink;
  readonly #name: string;
  readonly #chunk: number;
  readonly #layout: LineLayout | undefined;
  #buffer: Uint8Array | undefined;
  #lineRoom: Uint8Array | undefined;
  #long: WeakRef<Uint8Array> | undefined;
  #rest: Uint8Array | undefined;
  /** The head of a frame that stands in the kept buffer, and what is behind it there. */
  #head: string | undefined;
  #textStart = 0;
  #textRoom: Uint8Array = EMPTY;
  readonly #tails = new Map<string, Uint8Array>();

  /**
   * @param sink Where the bytes go.
   * @param name What it is called in error messages.
   * @param options `chunk`: the most bytes to write at once; `layout`: how lines lie in the file.
   */
  constructor(
    sink: ByteSink,
    name: string,
    options: { chunk?: number; layout?: LineLayout } = {},
  ) {
    this.#sink = sink;
    this.#name = name;
    this.#chunk = options.chunk ?? Infinity;
    this.#layout = options.layout;
  }

  /** Bound, and properties of the channel itself: a script may take it apart to wrap it. */
  readonly writeMessage: (line: string) => void = (line) => this.#writeLine(line);
  readonly close: () => void = () => this.#close();
  readonly #ownWriteMessage = this.writeMessage;

  /** Whether nobody has put another method in the place of its own. */
  get isWhole(): boolean {
    return this.writeMessage === this.#ownWriteMessage;
  }

  /** Writes a line and its end. */
  #writeLine(line: string): void {
    const text = `${line}\n`;
    // One character of a string is at most three bytes of UTF-8.
    const most = HEADROOM + text.length * 3 + TAILROOM;
    let buffer: Uint8Array;
    let room: Uint8Array;
    if (most <= KEPT_BUFFER) {
      buffer = this.#keptBuffer();
      room = this.#lineRoom ??= buffer.subarray(HEADROOM);
      this.#head = undefined;
    } else {
      buffer = this.#longBuffer(most);
      room = buffer.subarray(HEADROOM);
    }
    this.#write(buffer, HEADROOM + encoder.encodeInto(text, room).written);
  }

  /**
   * Writes the line of a text in its frame. What is the same in all lines of a frame is encoded
   * once, and a text that needs no escape goes straight into the bytes.
   */
  writeFramed(frame: LineFrame, text: string): void {
    if (text.length > LONGEST_FRAMED || !isPlain(text)) {
      return this.#writeLine(framedLine(frame, text));
    }
    const buffer = this.#keptBuffer();
    if (this.#head !== frame.head) this.#putHead(buffer, frame.head);
    const { written } = encoder.encodeInto(text, this.#textRoom);
    const end = this.#textStart + written;
    const tail = this.#tails.get(frame.tail) ?? this.#newTail(frame.tail);
    buffer.set(tail, end);
    this.#write(buffer, end + tail.length);
  }

  /** Writes what is left of a line, and closes the descriptor. */
  #close(): void {
    try {
      if (this.#rest !== undefined) this.#finish(this.#rest);
    } finally {
      this.#sink.close();
    }
  }

  #keptBuffer(): Uint8Array {
    return this.#buffer ??= new Uint8Array(KEPT_BUFFER);
  }

  /**
   * The buffer of an earlier long line, if it was not collected: to get new memory takes longer
   * than to write the line into it.
   */
  #longBuffer(length: number): Uint8Array {
    const earlier = this.#long?.deref();
    if (earlier !== undefined && earlier.length >= length) return earlier;
    // The system gives the pages of it only where they are written to.
    const buffer = new Uint8Array(length);
    this.#long = new WeakRef(buffer);
    return buffer;
  }

  #putHead(buffer: Uint8Array, head: string): void {
    const room = buffer.subarray(HEADROOM);
    this.#textStart = HEADROOM + encoder.encodeInto(`${head}"`, room).written;
    this.#textRoom = buffer.subarray(this.#textStart);
    this.#head = head;
  }

  #newTail(tail: string): Uint8Array {
    const bytes = encoder.encode(`"${tail}\n`);
    this.#tails.set(tail, bytes);
    return bytes;
  }

  /** Writes the line that ends at `end` in a buffer, after the rest of an earlier one. */
  #write(buffer: Uint8Array, end: number): void {
    if (this.#rest !== undefined) this.#finish(this.#rest);
    const layout = this.#layout;
    if (layout === undefined) this.#send(buffer, HEADROOM, end, false);
    else {
      layout.arrange(buffer, HEADROOM, end);
      this.#send(buffer, layout.start, layout.end, false);
    }
  }

  #finish(rest: Uint8Array): void {
    this.#rest = undefined;
    this.#send(rest, 0, rest.length, true);
  }

  #send(bytes: Uint8Array, start: number, end: number, isRest: boolean): void {
    let at = start;
    while (at < end) {
      try {
        at += this.#sink.write(bytes, at, Math.min(end, at + this.#chunk));
      } catch (error) {
        // A full pipe is no error: the reader is slow.
        if (!isPipeFull(error)) {
          throw this.#stopped(bytes.subarray(start, end), at - start, isRest, error);
        }
        waitForPipe();
      }
    }
  }

  #stopped(bytes: Uint8Array, sent: number, isRest: boolean, error: unknown): DagsterPipesError {
    if (sent === 0 && !isRest) {
      return toPipesError("messages_unavailable", `Cannot write a message to ${this.#name}`, error);
    }
    this.#rest = bytes.slice(sent);
    return toPipesError(
      // Where the rest of an earlier line stands in the way, nothing of the line at hand is
      // written.
      isRest ? "messages_unavailable" : "message_incomplete",
      `Cannot write the rest of a message to ${this.#name} (${this.#rest.length} bytes are left, and go out before ` +
        "anything else)",
      error,
    );
  }
}

/** The channel itself, where what it is given as a line goes to a descriptor as it is. */
export function asLineChannel(channel: PipesMessageWriterChannel): LineChannel | undefined {
  return channel instanceof LineChannel && channel.isWhole ? channel : undefined;
}
