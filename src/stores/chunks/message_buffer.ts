const lineEncoder = new TextEncoder();

/** How many lines are encoded together: as bytes they take half of the memory that strings take. */
const BATCH_LINES = 50;

/** A batch ends before it gets larger than this, unless it is one line. */
const MAX_ENCODED_BATCH_BYTES = 16 * 1024;

const MARK_BYTE = 0x20;

/** Some lines as UTF-8. */
export interface EncodedLines {
  readonly bytes: Uint8Array;
  readonly messages: number;
}

/** How many bytes a line takes as UTF-8. */
export function utf8Length(line: string): number {
  // Lines are ASCII as a rule: then nothing has to be encoded to be counted.
  return /[\u0080-\uffff]/.test(line) ? lineEncoder.encode(line).length : line.length;
}

/** Messages that wait to be sent. */
export class MessageBuffer {
  readonly #batches: EncodedLines[] = [];
  /** The lines of the last batch, which are not encoded yet. */
  #lines: string[] = [];
  #lineBytes = 0;
  #bytes = 0;
  #messages = 0;

  /** How many messages wait. */
  get messages(): number {
    return this.#messages;
  }

  /** How many bytes wait, line ends included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a message of so many bytes. */
  add(line: string, bytes: number): void {
    if (this.#lineBytes + bytes >= MAX_ENCODED_BATCH_BYTES) this.#endBatch();
    this.#lines.push(line);
    this.#lineBytes += bytes + 1;
    this.#bytes += bytes + 1;
    this.#messages++;
    if (this.#lines.length === BATCH_LINES) this.#endBatch();
  }

  /**
   * Takes the oldest messages out, at least one batch of them.
   *
   * @param limits How many messages and bytes at most.
   * @param mark White space to add after the last line.
   */
  take(
    limits: { readonly messages: number; readonly bytes: number },
    mark: string = "",
  ): EncodedLines {
    this.#endBatch();
    let [count, messages, size] = [0, 0, 0];
    for (const batch of this.#batches) {
      const isTooMuch = messages + batch.messages > limits.messages ||
        size + batch.bytes.length + mark.length > limits.bytes;
      if (count > 0 && isTooMuch) break;
      messages += batch.messages;
      size += batch.bytes.length;
      count++;
    }
    const all = new Uint8Array(size + mark.length);
    let at = 0;
    for (const { bytes } of this.#batches.splice(0, count)) {
      all.set(bytes, at);
      at += bytes.length;
    }
    // Dagster's reader needs no line end after the last line.
    all[size - 1] = MARK_BYTE;
    lineEncoder.encodeInto(mark, all.subarray(size));
    this.#messages -= messages;
    this.#bytes -= size;
    return { bytes: all, messages };
  }

  #endBatch(): void {
    if (this.#lines.length === 0) return;
    const bytes = lineEncoder.encode(`${this.#lines.join("\n")}\n`);
    this.#batches.push({ bytes, messages: this.#lines.length });
    this.#lines = [];
    this.#lineBytes = 0;
  }
}
