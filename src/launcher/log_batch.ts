/** Within this time, lines of one stream are one log message. In milliseconds. */
const TOGETHER = 50;

/** The most text of one log message, in characters. */
const MOST = 64 * 1024;

/**
 * Makes one log message of the lines that arrive together: each event costs Dagster about 6 ms,
 * however long it is.
 */
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
    if (this.#length + line.length > MOST) this.flush();
    this.#lines.push(line);
    this.#length += line.length + 1;
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
