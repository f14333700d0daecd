const lineEncoder = new TextEncoder();

/** Some lines, without the line end of the last one. */
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
  #lines: string[] = [];
  #bytes = 0;

  /** How many messages wait. */
  get messages(): number {
    return this.#lines.length;
  }

  /** How many bytes wait, line ends included. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a message of so many bytes. */
  add(line: string, bytes: number): void {
    this.#lines.push(line);
    this.#bytes += bytes + 1;
  }

  /**
   * Takes the oldest messages out, at least one.
   *
   * @param limits How many messages and bytes at most.
   * @param mark White space to add after the first line.
   */
  take(
    limits: { readonly messages: number; readonly bytes: number },
    mark: string = "",
  ): EncodedLines {
    let count = 0;
    let bytes = 0;
    for (const line of this.#lines) {
      const bytesWithLine = bytes + utf8Length(line) + 1;
      const isTooMuch = count >= limits.messages || mark.length + bytesWithLine - 1 > limits.bytes;
      if (count > 0 && isTooMuch) break;
      bytes = bytesWithLine;
      count++;
    }
    const [first = "", ...rest] = this.#lines.splice(0, count);
    this.#bytes -= bytes;
    return { bytes: lineEncoder.encode([first + mark, ...rest].join("\n")), messages: count };
  }
}
