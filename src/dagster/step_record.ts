import { readReceivedLine } from "../protocol/received_line.ts";
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

  /** Takes a line; gives what Dagster makes of it, if it makes something of it. */
  take(line: string): RecordedEvent | undefined {
    if (this.unreadable !== undefined) return undefined;
    const received = readReceivedLine(line);
    if ("problem" in received) {
      this.unreadable = received.problem;
      return undefined;
    }
    const { method, params } = received;
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
