import type { OutputConsumer } from "../process/execute_command.ts";
import { writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";

/** How much text without a line end is waited for, in characters. */
const LONGEST_LINE = 64 * 1024;

/** What becomes of one stream of a command. */
export interface RecordedOutputOptions {
  readonly stream: StdioStream;
  /** Whether this process prints it as well. */
  readonly isPrinted: boolean;
  /** Takes a line that is a message, and says whether it is one. Default: none is. */
  readonly takeMessage?: ((line: string) => boolean) | undefined;
  /** Takes all else: whole lines, but for the last one and very long ones. */
  readonly takeText: (text: string) => void;
}

/** Takes what a command prints to a stream as text, and the messages among its lines. */
export class RecordedOutput implements OutputConsumer {
  readonly #options: RecordedOutputOptions;
  readonly #decoder = new TextDecoder();
  #rest = "";

  constructor(options: RecordedOutputOptions) {
    this.#options = options;
  }

  async consume(output: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const bytes of output) {
      this.#rest += this.#decoder.decode(bytes, { stream: true });
      const isLong = this.#rest.length > LONGEST_LINE && this.#options.takeMessage === undefined;
      await this.#take(isLong ? this.#rest.length : this.#rest.lastIndexOf("\n") + 1);
    }
    this.#rest += this.#decoder.decode();
    await this.#take(this.#rest.length);
  }

  /** Takes so many characters of what waits. */
  async #take(end: number): Promise<void> {
    const text = this.#withoutMessages(this.#rest.slice(0, end));
    this.#rest = this.#rest.slice(end);
    if (text === "") return;
    this.#options.takeText(text);
    if (!this.#options.isPrinted) return;
    await writeOutput(this.#options.stream, new TextEncoder().encode(text));
  }

  #withoutMessages(text: string): string {
    const { takeMessage } = this.#options;
    if (takeMessage === undefined) return text;
    const lines = text.split(/(?<=\n)/);
    return lines.filter((line) => !takeMessage(line)).join("");
  }
}
