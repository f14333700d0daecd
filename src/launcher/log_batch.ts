import { MAX_PIECE_BYTES, pieces } from "../capture/stdio.ts";

/** Lines that arrive within this time are one log message. */
const BATCH_WINDOW_MS = 50;

/** A message is ASCII: these characters become escapes. */
const NON_ASCII = /[^\0-\x7f]/g;

/**
 * Joins the lines of a stream that arrive together, as each event costs Dagster about 6 ms. A
 * message has at most `MAX_PIECE_BYTES`, so that it fits in a page. Of a longer one, Dagster's file
 * reader may see only half and fail.
 */
export class LogBatch {
  readonly #send: (text: string) => void;
  #lines: string[] = [];
  #bytes = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send Takes the text of each log message. */
  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  /** Adds a line without its line end. One that is too long for a message becomes several. */
  add(line: string): void {
    // The two quotes count for the line end, which is "\n" in JSON.
    const bytes = line.length > MAX_PIECE_BYTES
      ? Infinity
      : JSON.stringify(line).replace(NON_ASCII, "\\u0000").length;
    if (this.#bytes + bytes > MAX_PIECE_BYTES) this.flush();
    if (bytes > MAX_PIECE_BYTES) {
      for (const piece of pieces(line)) this.#send(piece);
      return;
    }
    this.#lines.push(line);
    this.#bytes += bytes;
    this.#timer ??= setTimeout(() => this.flush(), BATCH_WINDOW_MS);
  }

  /** Sends the lines that wait. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const text = this.#lines.join("\n");
    this.#lines = [];
    this.#bytes = 0;
    this.#send(text);
  }
}
