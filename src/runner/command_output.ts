import type { OutputConsumer } from "../process/execute_command.ts";
import { writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";

/** How much text without a line end is kept back until its line end comes. */
const MAX_PENDING_CHARS = 64 * 1024;

/** What to do with one stream of a command. */
export interface CommandOutputOptions {
  readonly stream: StdioStream;
  /** Whether this process prints it as well. */
  readonly isPrinted: boolean;
  /** Takes a line that is a message, and returns whether it is one. Without it, none is. */
  readonly takeMessage: ((line: string) => boolean) | undefined;
  /**
   * Takes everything else: whole lines, except for the last one and very long ones. No more is read
   * until it resolves.
   */
  readonly takeText: (text: string) => void | Promise<void>;
}

/** Takes what a command prints to a stream as text, and the messages among its lines. */
export class CommandOutput implements OutputConsumer {
  readonly #options: CommandOutputOptions;
  readonly #decoder = new TextDecoder();
  #pending = "";

  constructor(options: CommandOutputOptions) {
    this.#options = options;
  }

  async consume(output: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const bytes of output) {
      this.#pending += this.#decoder.decode(bytes, { stream: true });
      const isLong = this.#pending.length > MAX_PENDING_CHARS &&
        this.#options.takeMessage === undefined;
      await this.#take(isLong ? this.#pending.length : this.#pending.lastIndexOf("\n") + 1);
    }
    this.#pending += this.#decoder.decode();
    await this.#take(this.#pending.length);
  }

  /** Takes the pending text up to a position. */
  async #take(end: number): Promise<void> {
    const text = this.#withoutMessages(this.#pending.slice(0, end));
    this.#pending = this.#pending.slice(end);
    if (text === "") return;
    await this.#options.takeText(text);
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
