const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines, whole ones only. */
export class LineSplitter {
  #parts: Uint8Array[] = [];

  /** Takes bytes, and gives the lines that they complete, each with its line end. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#parts.push(bytes.subarray(start, end + 1));
      yield this.rest();
      start = end + 1;
    }
    if (start < bytes.length) this.#parts.push(bytes.slice(start));
  }

  /** What came behind the last line end, and forgets it. */
  rest(): Uint8Array {
    const parts = this.#parts;
    this.#parts = [];
    return parts.length === 1 ? parts[0]! : concatBytes(parts);
  }
}

/** One array of bytes out of several. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
