import { readReceivedLine } from "../local/received/received_line.ts";
import { MessagesFolder } from "../process/messages_folder.ts";
import { logLine } from "../protocol/messages.ts";
import { ChildSessions } from "./child_sessions.ts";

/** How much of a line that is not a message is shown. */
const MAX_SHOWN_CHARACTERS = 200;

/**
 * Passes on the messages of all processes of a command, except `opened` and `closed`: those of
 * Dagster's session are the launcher's. A line that Dagster's reader could not take becomes a
 * warning.
 */
export class MessageRelay {
  readonly sessions: ChildSessions = new ChildSessions();
  readonly folder: MessagesFolder = new MessagesFolder((id, line) => this.#take(id, line));
  readonly #send: (line: string) => void | Promise<void>;
  #problem: string | undefined;
  #refusedCount = 0;

  /** @param send Sends a message to Dagster, and waits until another one can be sent. */
  constructor(send: (line: string) => void | Promise<void>) {
    this.#send = send;
  }

  /** What the command did wrong, as in `wrote a line that …`; `undefined` if nothing. */
  get problem(): string | undefined {
    return this.#refusedCount > 1
      ? `${this.#problem} (the first of ${this.#refusedCount} such lines)`
      : this.#problem;
  }

  #take(sessionId: string, bytes: Uint8Array): void | Promise<void> {
    let line: string;
    try {
      line = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).trimEnd();
    } catch {
      return this.#refuse(new TextDecoder().decode(bytes).trim(), "the line is not UTF-8 text");
    }
    if (line === "") return;
    const message = readReceivedLine(line);
    if ("problem" in message) return this.#refuse(line, message.problem);
    const { event } = message;
    if (event.type === "opened") this.sessions.open(sessionId);
    else if (event.type === "closed") this.sessions.close(sessionId, event.exception);
    else return this.#send(line);
  }

  #refuse(line: string, reason: string): void | Promise<void> {
    this.#refusedCount++;
    const shown = line.length > MAX_SHOWN_CHARACTERS
      ? `${line.slice(0, MAX_SHOWN_CHARACTERS)}… (${line.length} characters)`
      : line;
    const problem = `wrote a line that Dagster could not take: ${reason}`;
    this.#problem ??= problem;
    return this.#send(logLine(`The command ${problem}: ${shown}`, "WARNING"));
  }
}
