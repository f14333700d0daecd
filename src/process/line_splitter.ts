import { Buffer } from "node:buffer";

const LINE_FEED = 0x0a;

/** Splits a stream of bytes into lines. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** @param maxLineBytes Longer lines are cut into several: a line may never end. */
  constructor(maxLineBytes: number = Infinity) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes bytes and returns the lines that they complete, each with its line end. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let end; (end = bytes.indexOf(LINE_FEED, start) + 1) > 0; start = end) {
      this.#parts.push(bytes.subarray(start, end));
      yield this.rest();
    }
    // A copy: the caller may use its buffer again.
    const part = Buffer.from(bytes.subarray(start));
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length >= this.#maxLineBytes) yield this.rest();
  }

  /** Returns what came after the last line end, and forgets it. */
  rest(): Uint8Array {
    const rest = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return rest;
  }
}
