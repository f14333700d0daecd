import { MessagesFolder } from "./messages_folder.ts";
import { LineSplitter } from "./lines.ts";

/** How often a command's messages are looked for, in milliseconds. */
const POLL = 20;

/** How long one look may take before everything else gets its turn, in milliseconds. */
const LONGEST_LOOK = 20;

/** Takes a line of a file, with its line end where it has one. */
export type LineTaker = (file: string, line: Uint8Array) => void;

/** A folder for the messages of a command, and all lines that its processes write there. */
export class MessagesTail {
  readonly folder: MessagesFolder = new MessagesFolder();
  readonly #take: LineTaker;
  readonly #splitters = new Map<string, LineSplitter>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Why messages cannot be read any more. */
  #failure: readonly [unknown] | undefined;

  constructor(take: LineTaker) {
    this.#take = take;
  }

  /** Begins to look for messages. */
  start(): void {
    this.#timer = setTimeout(() => {
      try {
        this.#look(LONGEST_LOOK);
        this.start();
      } catch (error) {
        // Thrown again at the end. Nothing is looked for any more.
        this.#failure = [error];
      }
    }, POLL);
  }

  /** Takes what is left when the command has ended, and removes the files. */
  finish(): void {
    clearTimeout(this.#timer);
    try {
      if (this.#failure !== undefined) throw this.#failure[0];
      this.#look(Infinity);
      for (const [file, splitter] of this.#splitters) {
        const rest = splitter.rest();
        if (rest.length > 0) this.#take(file, rest);
      }
    } finally {
      this.folder.remove();
    }
  }

  #look(mostMs: number): void {
    const until = performance.now() + mostMs;
    for (const [file, bytes] of this.folder.read()) {
      for (const line of this.#splitterOf(file).push(bytes)) this.#take(file, line);
      if (performance.now() > until) return;
    }
  }

  #splitterOf(file: string): LineSplitter {
    const known = this.#splitters.get(file) ?? new LineSplitter();
    this.#splitters.set(file, known);
    return known;
  }
}
