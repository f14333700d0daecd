import { isRecord } from "../json/kinds.ts";
import { LEFT_BY_EXIT } from "../protocol/exception.ts";
import { logLine, openedLine } from "../protocol/framing.ts";
import { parseMessage } from "../protocol/message.ts";
import { createGrowingFile, type GrowingFile } from "../runtime/growing_file.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { LineSplitter } from "./lines.ts";

/** How often a child's messages are looked for, in milliseconds. */
const POLL = 20;

/**
 * Hands on what a child writes to a messages file of its own, all but `opened` and `closed`, which
 * are the launcher's.
 */
export class Relay {
  readonly #file: GrowingFile = createGrowingFile();
  readonly #channel: PipesMessageWriterChannel;
  readonly #lines = new LineSplitter();
  readonly #timer: ReturnType<typeof setInterval>;
  #hasOpened = false;
  #closed: string | undefined;
  #wasLeft = false;
  #failure: unknown;

  constructor(channel: PipesMessageWriterChannel) {
    this.#channel = channel;
    try {
      channel.writeMessage(openedLine());
    } catch (error) {
      this.#file.remove();
      throw error;
    }
    this.#timer = setInterval(() => this.#poll(), POLL);
  }

  /** The file that the child is to write to. */
  get path(): string {
    return this.#file.path;
  }

  /**
   * Whether the child opened a session and did not close it; that its own library saw it exit, and
   * said so, is no close.
   */
  get isUnclosed(): boolean {
    return this.#hasOpened && (this.#closed === undefined || this.#wasLeft);
  }

  /** The child's own last message, if it wrote one. */
  get closedLine(): string | undefined {
    return this.#closed;
  }

  /** Takes what is left when the child has ended. Throws where something could not be handed on. */
  finish(): void {
    clearInterval(this.#timer);
    this.#poll();
    const rest = new TextDecoder().decode(this.#lines.rest());
    if (rest.trim() !== "") this.#handOn(rest);
    this.#file.remove();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #poll(): void {
    try {
      for (const line of this.#lines.push(this.#file.read())) {
        this.#handOn(new TextDecoder().decode(line));
      }
    } catch (error) {
      // The child works on; whoever looks at the exit code is told.
      this.#failure ??= error;
    }
  }

  #handOn(text: string): void {
    const line = text.trim();
    if (line === "") return;
    const { method, params } = parseMessage(line) ?? {};
    if (method === "opened") {
      this.#hasOpened = true;
      this.#closed = undefined;
    } else if (method === "closed") {
      this.#closed = line;
      this.#wasLeft = isRecord(params?.exception) &&
        String(params.exception.message).startsWith(`DagsterPipesError: ${LEFT_BY_EXIT}`);
    } else if (method !== undefined) {
      this.#channel.writeMessage(line);
    } else {
      const shown = line.length > 200 ? `${line.slice(0, 200)}… (${line.length} characters)` : line;
      this.#channel.writeMessage(
        logLine(
          `The command wrote a line that is no Pipes message, or half of one: ${shown}`,
          "WARNING",
        ),
      );
    }
  }
}
