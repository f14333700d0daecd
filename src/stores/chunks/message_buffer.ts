const lineEncoder = new TextEncoder();

export interface EncodedMessages {
  readonly bytes: Uint8Array;
  readonly messages: number;
}

export function utf8Length(line: string): number {
  // Most lines are ASCII, which need not be encoded to be counted.
  return /[\u0080-\uffff]/.test(line) ? lineEncoder.encode(line).length : line.length;
}

/** Messages that wait to be sent. */
export class MessageBuffer {
  readonly #lines: string[] = [];
  #bytes = 0;

  get messages(): number {
    return this.#lines.length;
  }

  /** How many bytes wait, line ends included. */
  get bytes(): number {
    return this.#bytes;
  }

  add(line: string, bytes: number): void {
    this.#lines.push(line);
    this.#bytes += bytes + 1;
  }

  /**
   * Takes the oldest messages out, at least one.
   *
   * @param limits How many messages and bytes at most.
   * @param mark White space to add after the last line, which needs no line end.
   */
  take(
    limits: { readonly messages: number; readonly bytes: number },
    mark: string = "",
  ): EncodedMessages {
    let [messages, size] = [0, mark.length - 1];
    for (const line of this.#lines) {
      const bytes = utf8Length(line) + 1;
      const isTooMuch = messages + 1 > limits.messages || size + bytes > limits.bytes;
      if (messages > 0 && isTooMuch) break;
      messages++;
      size += bytes;
    }
    const lines = this.#lines.splice(0, messages);
    this.#bytes -= size + 1 - mark.length;
    return { bytes: lineEncoder.encode(lines.join("\n") + mark), messages };
  }
}
