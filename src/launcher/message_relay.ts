import { readReceivedLine } from "../local/received/received_line.ts";
import { logLine } from "../protocol/messages.ts";
import type { WireException } from "../protocol/types.ts";

/** How much of a line that is not a message is shown. */
const MAX_SHOWN_CHARACTERS = 200;

/**
 * Passes on the messages of all processes of a command, except `opened` and `closed`: those of
 * Dagster's session are the launcher's. A line that Dagster's reader could not take becomes a
 * warning.
 */
export class MessageRelay {
  /** The exceptions of the sessions that failed, in the order of their ends. */
  readonly exceptions: WireException[] = [];
  readonly #send: (line: string) => void | Promise<void>;
  /** The ids of the sessions that are open. Those of other programs have the same id. */
  readonly #openIds: string[] = [];
  #sessionCount = 0;
  #problem: string | undefined;
  #refusedCount = 0;

  /** @param send Sends a message to Dagster, and waits until another one can be sent. */
  constructor(send: (line: string) => void | Promise<void>) {
    this.#send = send;
  }

  /** The number of sessions, closed ones too. */
  get sessionCount(): number {
    return this.#sessionCount;
  }

  get unclosedCount(): number {
    return this.#openIds.length;
  }

  /** What the command did wrong, as in `wrote a line that …`; `undefined` if nothing. */
  get problem(): string | undefined {
    return this.#refusedCount > 1
      ? `${this.#problem} (the first of ${this.#refusedCount} such lines)`
      : this.#problem;
  }

  /** Takes a line of a session. */
  async take(sessionId: string, bytes: Uint8Array): Promise<void> {
    let line: string;
    try {
      line = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes).trimEnd();
    } catch {
      const text = new TextDecoder().decode(bytes).trim();
      return await this.#refuse(text, "the line is not UTF-8 text");
    }
    if (line === "") return;
    const message = readReceivedLine(line);
    if ("problem" in message) return await this.#refuse(line, message.problem);
    const { event } = message;
    if (event.type === "opened") {
      this.#sessionCount++;
      this.#openIds.push(sessionId);
    } else if (event.type === "closed") {
      const at = this.#openIds.indexOf(sessionId);
      if (at >= 0) this.#openIds.splice(at, 1);
      if (event.exception !== undefined) this.exceptions.push(event.exception);
    } else await this.#send(line);
  }

  async #refuse(line: string, reason: string): Promise<void> {
    this.#refusedCount++;
    const shown = line.length > MAX_SHOWN_CHARACTERS
      ? `${line.slice(0, MAX_SHOWN_CHARACTERS)}… (${line.length} characters)`
      : line;
    const problem = `wrote a line that Dagster could not take: ${reason}`;
    this.#problem ??= problem;
    await this.#send(logLine(`The command ${problem}: ${shown}`, "WARNING"));
  }
}
