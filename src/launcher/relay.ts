import { loadPart } from "../runtime/load_part.ts";
import { logLine } from "../protocol/framing.ts";
import type { MessagesFolder } from "../process/messages_folder.ts";
import { ChildSessions } from "./child_sessions.ts";
import { MessagesTail } from "../process/messages_tail.ts";

/** How much of a line is shown where it is no message, in characters. */
const SHOWN = 200;

/** After how long a command may be a script that is about to use Pipes, in milliseconds. */
const MAY_BE_SCRIPT = 10;

type LineReader = typeof import("../local/received/received_line.ts");

function loadReader(): Promise<LineReader> {
  return loadPart(() => import("../local/received/received_line.ts"));
}

/**
 * Hands on what the processes of a command write to their messages files, all but `opened` and
 * `closed`, which are the launcher's. What Dagster's reader could not take is not handed on.
 */
export class Relay {
  readonly sessions: ChildSessions = new ChildSessions();
  readonly #send: (line: string) => void;
  readonly #tail = new MessagesTail((file, line) => this.#take(file, line));
  /** What reads the lines. Commands that know nothing of Pipes have no need of it. */
  #reader: LineReader | undefined;
  #loadingAhead: ReturnType<typeof setTimeout> | undefined;
  #loading: Promise<void> | undefined;
  /** The lines that wait for it. */
  readonly #waiting: [file: string, bytes: Uint8Array][] = [];
  /** What is wrong with the first line that was not handed on, and how many there are. */
  #problem: string | undefined;
  #refused = 0;

  /** @param send Sends a message to Dagster. */
  constructor(send: (line: string) => void) {
    this.#send = send;
  }

  /** What is wrong with what was written, or `undefined` where nothing is. */
  get problem(): string | undefined {
    if (this.#problem === undefined) return undefined;
    const more = this.#refused === 1 ? "" : ` (the first of ${this.#refused} such lines)`;
    return `${this.#problem}${more}`;
  }

  /** Where the files are. */
  get folder(): MessagesFolder {
    return this.#tail.folder;
  }

  /** Begins to look for messages. */
  start(): void {
    this.#tail.start();
    // While a script starts there is time for it. Where it fails, it is told when there are lines.
    this.#loadingAhead = setTimeout(() => void loadReader().catch(() => {}), MAY_BE_SCRIPT);
  }

  /** Takes what is left when the command has ended, and removes the files. */
  async finish(): Promise<void> {
    clearTimeout(this.#loadingAhead);
    try {
      this.#tail.finish();
    } finally {
      // Nothing is to come behind the end that tells of a failure.
      await this.#loading;
    }
  }

  #take(file: string, bytes: Uint8Array): void {
    if (this.#reader === undefined) {
      this.#waiting.push([file, bytes]);
      this.#loading ??= this.#load();
      // It may fail before it is waited for.
      this.#loading.catch(() => {});
    } else this.#read(this.#reader, file, bytes);
  }

  async #load(): Promise<void> {
    const reader = this.#reader = await loadReader();
    for (const [file, bytes] of this.#waiting.splice(0)) this.#read(reader, file, bytes);
  }

  #read(
    { readReceivedLine }: LineReader,
    file: string,
    bytes: Uint8Array,
  ): void {
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return this.#refuse(new TextDecoder().decode(bytes).trim(), "the line is not UTF-8 text");
    }
    const line = text.trimEnd();
    // A line that says nothing is no loss.
    if (line === "") return;
    const message = readReceivedLine(line);
    if ("problem" in message) return this.#refuse(line, message.problem);
    const { event } = message;
    if (event.type === "opened") this.sessions.open(file);
    else if (event.type === "closed") this.sessions.close(file, event.exception);
    else this.#send(line);
  }

  #refuse(line: string, why: string): void {
    this.#refused++;
    const shown = line.length > SHOWN
      ? `${line.slice(0, SHOWN)}… (${line.length} characters)`
      : line;
    const problem = `The command wrote a line that Dagster could not take: ${why}`;
    this.#problem ??= problem;
    this.#send(logLine(`${problem}: ${shown}`, "WARNING"));
  }
}
