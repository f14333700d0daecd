import { readReceivedLine, type ReceivedMessage } from "./received/received_line.ts";
import { plainRecord } from "./received/python_values.ts";
import { problemsOf, type StepProblem, type StepProcessEnd } from "./problems.ts";
import type {
  RecordedCheck,
  RecordedClose,
  RecordedEvent,
  RecordedLog,
  RecordedMaterialization,
  RecordedMessage,
  RecordedStream,
  StepReports,
} from "./recorded.ts";
import type { StepTargets } from "./step_options.ts";

/** Everything that a step reports to Dagster, read back from the lines of its messages. */
export class StepRecording implements StepReports {
  readonly targets: StepTargets;
  readonly messages: RecordedMessage[] = [];
  readonly logs: RecordedLog[] = [];
  readonly materializations: RecordedMaterialization[] = [];
  readonly checks: RecordedCheck[] = [];
  readonly customMessages: unknown[] = [];
  readonly externalStreams: RecordedStream[] = [];
  /** The methods of the messages that came after the session was closed. */
  readonly lateMethods: string[] = [];
  isOpened = false;
  /** How the session was closed; if it was closed several times, the close that failed. */
  closed: RecordedClose | undefined;
  /** What is wrong with the first line that Dagster's reader cannot take: it reads none after it. */
  unreadableLine: string | undefined;
  /** How the process of the step ended, or would end now. */
  processEnd: StepProcessEnd = { code: 0, signal: null };

  constructor(targets: StepTargets) {
    this.targets = targets;
  }

  get problems(): StepProblem[] {
    return problemsOf(this);
  }

  get ok(): boolean {
    return this.problems.every(({ severity }) => severity !== "failure");
  }

  /** Takes a line as Dagster's readers of files do: after one that they cannot take, they stop. */
  takeLine(line: string | Uint8Array): RecordedEvent | undefined {
    if (this.unreadableLine !== undefined) return undefined;
    const received = readReceivedLine(line);
    if (!("problem" in received)) return this.#add(received);
    this.unreadableLine = received.problem;
    return undefined;
  }

  /** Takes a line as Dagster's readers of log streams do: one that they cannot take is output. */
  takeStreamLine(line: string): RecordedEvent | undefined {
    const received = readReceivedLine(line);
    return "problem" in received ? undefined : this.#add(received);
  }

  #add({ method, params, event }: ReceivedMessage): RecordedEvent {
    if (this.closed !== undefined) this.lateMethods.push(method);
    this.messages.push({ method, params: plainRecord(params) });
    if (event.type === "opened") this.isOpened = true;
    else if (event.type === "log") this.logs.push(withoutType(event));
    else if (event.type === "materialization") this.materializations.push(withoutType(event));
    else if (event.type === "check") this.checks.push(withoutType(event));
    else if (event.type === "custom") this.customMessages.push(event.payload);
    else if (event.type === "external") this.externalStreams.push(withoutType(event));
    else if (this.closed?.exception === undefined) this.closed = withoutType(event);
    return event;
  }
}

function withoutType<E extends RecordedEvent>({ type: _, ...content }: E): Omit<E, "type"> {
  return content;
}
