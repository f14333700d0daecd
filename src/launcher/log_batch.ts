import { MAX_PIECE_BYTES } from "../capture/stdio.ts";

/** Within this time, lines of one stream are one log message. In milliseconds. */
const TOGETHER = 50;

/**
 * The most text of one log message, in bytes of JSON. Of a line of more than a page, Dagster's file
 * reader may see the first half, and dies of it; Docker cuts lines of 16 KiB.
 */
const MOST = MAX_PIECE_BYTES;

const encoder = new TextEncoder();

/** Makes one log message of the lines that arrive together: each event costs Dagster about 6 ms. */
export class LogBatch {
  readonly #send: (text: string) => void;
  #lines: string[] = [];
  #length = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param send Gets the text of each message. */
  constructor(send: (text: string) => void) {
    this.#send = send;
  }

  /** Takes a line. */
  add(line: string): void {
    const length = encoder.encode(JSON.stringify(line)).length;
    if (this.#length + length > MOST) this.flush();
    this.#lines.push(line);
    // Its two quotes are as long as its line end.
    this.#length += length;
    this.#timer ??= setTimeout(() => this.flush(), TOGETHER);
  }

  /** Sends what is there. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0) return;
    const text = this.#lines.join("\n");
    this.#lines = [];
    this.#length = 0;
    this.#send(text);
  }
}
