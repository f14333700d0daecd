const NEWLINE = 0x0a;

/** The most messages in a piece: what is taken for a chunk is a whole number of pieces. */
export const PIECE_MESSAGES = 100;

/** The room for a piece while it is filled, in bytes. A longer message is a piece of its own. */
const PIECE_BYTES = 64 * 1024;

/** One character of a string is at most three bytes of UTF-8. */
const MOST_BYTES_A_CHARACTER = 3;

const NO_MARK = new Uint8Array(0);

const encoder = new TextEncoder();

/** Some lines, without the end of the last one. */
export interface Lines {
  readonly bytes: Uint8Array;
  readonly messages: number;
}

/** Messages that wait to be sent. They are kept as bytes, a half or less of what strings take. */
export class MessageBuffer {
  readonly #pieces: Lines[] = [];
  #room: Uint8Array | undefined;
  #used = 0;
  #count = 0;
  #bytes = 0;
  #messages = 0;

  /** How many bytes wait. */
  get bytes(): number {
    return this.#bytes;
  }

  /** How many messages wait. */
  get messages(): number {
    return this.#messages;
  }

  /** Adds a message, and tells how many bytes it takes. */
  add(line: string): number {
    const most = line.length * MOST_BYTES_A_CHARACTER + 1;
    if (this.#used + most > PIECE_BYTES) this.#endPiece();
    let size: number;
    if (most > PIECE_BYTES) {
      const bytes = encoder.encode(line);
      this.#pieces.push({ bytes, messages: 1 });
      size = bytes.length + 1;
    } else {
      const room = this.#room ??= new Uint8Array(PIECE_BYTES);
      const start = this.#used;
      this.#used += encoder.encodeInto(line, room.subarray(start)).written;
      room[this.#used++] = NEWLINE;
      size = this.#used - start;
      if (++this.#count === PIECE_MESSAGES) this.#endPiece();
    }
    this.#bytes += size;
    this.#messages++;
    return size;
  }

  /**
   * Takes messages out, the first ones first.
   *
   * @param limits How many messages and bytes at most; one piece is always taken.
   * @param mark White space to stand behind the first of them.
   */
  take(
    limits: { readonly messages: number; readonly bytes: number },
    mark: Uint8Array = NO_MARK,
  ): Lines {
    this.#endPiece();
    let [end, messages, size] = [0, 0, mark.length];
    for (const piece of this.#pieces) {
      const isTooMuch = messages + piece.messages > limits.messages ||
        size + piece.bytes.length + 1 > limits.bytes;
      if (end > 0 && isTooMuch) break;
      messages += piece.messages;
      size += piece.bytes.length + 1;
      end++;
    }
    this.#bytes -= size - mark.length;
    this.#messages -= messages;
    return { bytes: joined(this.#pieces.splice(0, end), mark, size), messages };
  }

  #endPiece(): void {
    if (this.#count === 0) return;
    const bytes = this.#room!.slice(0, this.#used - 1);
    this.#pieces.push({ bytes, messages: this.#count });
    this.#used = 0;
    this.#count = 0;
  }
}

/** The lines of pieces one behind the other, with a mark behind the first line. */
function joined(pieces: readonly Lines[], mark: Uint8Array, size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const [i, { bytes }] of pieces.entries()) {
    if (i === 0) at = putFirst(all, bytes, mark);
    else {
      all.set(bytes, at);
      at += bytes.length;
    }
    all[at++] = NEWLINE;
  }
  return all.subarray(0, Math.max(at - 1, 0));
}

function putFirst(all: Uint8Array, bytes: Uint8Array, mark: Uint8Array): number {
  const newline = bytes.indexOf(NEWLINE);
  const end = newline < 0 ? bytes.length : newline;
  all.set(bytes.subarray(0, end));
  all.set(mark, end);
  all.set(bytes.subarray(end), end + mark.length);
  return bytes.length + mark.length;
}
