import { readReceivedLine, type ReceivedLine } from "./received/received_line.ts";
import { plainRecord } from "./plain.ts";
import { readEvent } from "./read_event.ts";
import type {
  RecordedCheck,
  RecordedClose,
  RecordedEvent,
  RecordedLog,
  RecordedMaterialization,
  RecordedMessage,
  RecordedStream,
} from "./recorded.ts";

/** A line that is a message. */
type ReceivedMessage = Exclude<ReceivedLine, { readonly problem: string }>;

/** All that Dagster was told in a step, read back from the lines of its messages. */
export class StepRecord {
  /** The messages, as they stand on the wire. */
  readonly messages: RecordedMessage[] = [];
  readonly logs: RecordedLog[] = [];
  readonly materializations: RecordedMaterialization[] = [];
  readonly checks: RecordedCheck[] = [];
  readonly customMessages: unknown[] = [];
  readonly externalStreams: RecordedStream[] = [];
  /** The messages that came after the session was closed. */
  readonly late: RecordedMessage[] = [];
  isOpened = false;
  /** How the session was closed; of several times, the one that failed. */
  closed: RecordedClose | undefined;
  /** What is wrong with the first line that Dagster's reader cannot take: it reads none after it. */
  unreadable: string | undefined;

  /**
   * Takes a line as Dagster's readers of files do: none is read after one that they cannot take.
   * Gives what Dagster makes of it.
   */
  take(line: string): RecordedEvent | undefined {
    if (this.unreadable !== undefined) return undefined;
    const received = readReceivedLine(line);
    if (!("problem" in received)) return this.#addMessage(received);
    this.unreadable = received.problem;
    return undefined;
  }

  /**
   * Takes a line as Dagster's readers of log streams do: one that they cannot take is output. Gives
   * what Dagster makes of it, or `undefined` where it is output.
   */
  takeFromStream(line: string): RecordedEvent | undefined {
    const received = readReceivedLine(line);
    return "problem" in received ? undefined : this.#addMessage(received);
  }

  #addMessage({ method, params }: ReceivedMessage): RecordedEvent {
    const message = { method, params: plainRecord(params) };
    if (this.closed !== undefined) this.late.push(message);
    this.messages.push(message);
    const event = readEvent(method, params);
    this.#add(event);
    return event;
  }

  #add(event: RecordedEvent): void {
    switch (event.type) {
      case "opened":
        this.isOpened = true;
        break;
      case "log":
        this.logs.push(content(event));
        break;
      case "materialization":
        this.materializations.push(content(event));
        break;
      case "check":
        this.checks.push(content(event));
        break;
      case "custom":
        this.customMessages.push(event.payload);
        break;
      case "external":
        this.externalStreams.push(content(event));
        break;
      case "closed":
        if (this.closed?.exception === undefined) this.closed = content(event);
    }
  }
}

/** What an event tells, without its type. */
function content<E extends RecordedEvent>({ type: _, ...rest }: E): Omit<E, "type"> {
  return rest;
}
