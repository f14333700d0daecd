import { Buffer } from "node:buffer";

const LINE_FEED = 0x0a;

/** Splits a stream of bytes into lines. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #parts: Uint8Array[] = [];
  #length = 0;

  /** @param maxLineBytes Longer lines are cut into several, but not within a character. */
  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes bytes and returns the lines that they complete, each with its line end. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    for (let start = 0; start < bytes.length;) {
      const lineEnd = bytes.indexOf(LINE_FEED, start) + 1 || Infinity;
      const end = Math.min(lineEnd, bytes.length, start + this.#maxLineBytes - this.#length);
      const part = bytes.subarray(start, end);
      start = end;
      if (end === lineEnd) {
        this.#parts.push(part);
        yield this.rest();
        continue;
      }
      // A copy: the caller may use its buffer again.
      this.#keep(Buffer.from(part));
      if (this.#length < this.#maxLineBytes) continue;
      const line = this.rest();
      const cut = lastCharacterStart(line);
      this.#keep(line.subarray(cut));
      yield line.subarray(0, cut);
    }
  }

  /** Returns what came after the last line end, and forgets it. */
  rest(): Uint8Array {
    const [first, second] = this.#parts;
    const rest = first !== undefined && second === undefined ? first : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return rest;
  }

  #keep(part: Uint8Array): void {
    if (part.length > 0) this.#parts.push(part);
    this.#length += part.length;
  }
}

/** Returns the start of the last character of UTF-8 text, or the end if it is the only one. */
function lastCharacterStart(bytes: Uint8Array): number {
  let start = bytes.length - 1;
  while (start > bytes.length - 4 && (bytes[start]! & 0xc0) === 0x80) start--;
  return start > 0 ? start : bytes.length;
}
