const NEWLINE = 0x0a;

/** The most messages in a piece: what is taken for a chunk is a whole number of pieces. */
export const PIECE_MESSAGES = 100;

/** The most characters in a piece. A longer message is a piece of its own. */
const PIECE_CHARACTERS = 16 * 1024;

/** One character of a string is at most three bytes of UTF-8. */
const MOST_BYTES_A_CHARACTER = 3;

/** What pieces are cut from, in bytes. */
const BLOCK_BYTES = 256 * 1024;

const NO_MARK = new Uint8Array(0);

const encoder = new TextEncoder();

/** Some lines, without the end of the last one. */
export interface Lines {
  readonly bytes: Uint8Array;
  readonly messages: number;
}

/** Some lines, and the block that they stand in. */
interface Piece extends Lines {
  readonly block: Uint8Array;
}

/**
 * Messages that wait to be sent. They are kept as bytes, a half or less of what strings take, in
 * blocks that are used again: the garbage of a fast script would take more memory than its messages.
 */
export class MessageBuffer {
  readonly #pieces: Piece[] = [];
  readonly #freeBlocks: Uint8Array[] = [];
  #block: Uint8Array = NO_MARK;
  #used = 0;
  /** The lines of the piece that is being filled, and their characters. */
  #lines: string[] = [];
  #characters = 0;
  #bytes = 0;
  #messages = 0;

  /** How many bytes wait; of the last few messages, how many characters. */
  get bytes(): number {
    return this.#bytes + this.#characters;
  }

  /** How many messages wait. */
  get messages(): number {
    return this.#messages;
  }

  /** Adds a message. */
  add(line: string): void {
    if (this.#characters + line.length >= PIECE_CHARACTERS) this.#endPiece();
    this.#lines.push(line);
    this.#characters += line.length + 1;
    this.#messages++;
    if (this.#lines.length === PIECE_MESSAGES) this.#endPiece();
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
    const taken = this.#pieces.splice(0, end);
    const bytes = joined(taken, mark, size);
    this.#free(taken);
    return { bytes, messages };
  }

  /** Encodes many lines at once: to encode each by itself makes much more garbage. */
  #endPiece(): void {
    const messages = this.#lines.length;
    if (messages === 0) return;
    const text = this.#lines.join("\n");
    const room = this.#roomFor(text);
    const bytes = room.subarray(0, encoder.encodeInto(text, room).written);
    this.#used += bytes.length;
    this.#pieces.push({ bytes, messages, block: this.#block });
    this.#bytes += bytes.length + 1;
    this.#lines = [];
    this.#characters = 0;
  }

  #roomFor(text: string): Uint8Array {
    const most = text.length * MOST_BYTES_A_CHARACTER;
    if (this.#used + most > this.#block.length) {
      this.#used = 0;
      this.#block = most > BLOCK_BYTES
        ? new Uint8Array(encoder.encode(text).length)
        : this.#freeBlocks.pop() ?? new Uint8Array(BLOCK_BYTES);
    }
    return this.#block.subarray(this.#used);
  }

  /** Keeps the blocks of pieces that nothing else stands in. */
  #free(pieces: readonly Piece[]): void {
    const inUse = this.#pieces[0]?.block ?? this.#block;
    if (this.#pieces.length === 0) this.#used = 0;
    const blocks = new Set(pieces.map(({ block }) => block));
    for (const block of blocks) {
      if (block !== inUse && block.length === BLOCK_BYTES) this.#freeBlocks.push(block);
    }
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
