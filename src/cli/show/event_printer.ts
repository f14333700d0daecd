import process from "node:process";
import { styleText } from "node:util";
import type { RecordedException, StepProblemCode } from "../../local/recorded.ts";
import type { RunEvent, RunEventContent } from "../../runner/run_pipes_session.ts";
import { writeOutput } from "../../runtime/output_stream.ts";
import { metadataLines } from "./metadata_lines.ts";
import { exactJson, printable, printableJson } from "./text.ts";

/** How wide the label is that starts an event. */
const LABEL_WIDTH = 16;

/** How much of stderr is kept, to know which exceptions a script printed itself. */
const MAX_STDERR_CHARS = 256 * 1024;

/** The problems that the exceptions of a step are the reason of. */
const EXCEPTION_PROBLEMS: readonly StepProblemCode[] = ["process_failed", "closed_with_exception"];

/** The place of a frame of a stack, which runtimes print alike. */
const FRAME_PLACE = /[^\s()]+:\d+:\d+/;

type LabelColor = "red" | "green" | "yellow" | "cyan" | "gray";

const COLOR_OF_LEVEL: Readonly<Record<string, LabelColor>> = {
  DEBUG: "gray",
  INFO: "cyan",
  WARNING: "yellow",
  ERROR: "red",
  CRITICAL: "red",
};

/** The texts have one or more lines each. */
type EventDescription = readonly [label: string, color: LabelColor, text: string, ...string[]];

/**
 * Prints events on stdout in their order. However slow its reader is, this process can react to
 * signals and timeouts.
 */
export class EventPrinter {
  /** `NO_COLOR` can deny the colors of a terminal. */
  readonly #view = new EventView(process.stdout.isTTY === true && process.stdout.hasColors());
  #printed: Promise<boolean> = Promise.resolve(true);

  /** Resolves when all events are printed, to whether stdout still has a reader. */
  get printed(): Promise<boolean> {
    return this.#printed;
  }

  /** Prints an event for a person. Resolves as `printed` does. */
  print(event: RunEventContent): Promise<boolean> {
    return this.#write(this.#view.linesOf(event));
  }

  /** Prints an event as a line of JSON. Resolves as `printed` does. */
  printJson(event: RunEvent): Promise<boolean> {
    return this.#write([eventJson(event)]);
  }

  #write(lines: readonly string[]): Promise<boolean> {
    const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
    return this.#printed = this.#printed.then((hasReader) =>
      hasReader && writeOutput("stdout", bytes)
    );
  }
}

/** An event as JSON, which starts with what every event has. */
export function eventJson({ type, seq, time, ...content }: RunEvent): string {
  return printableJson({ type, seq, time, ...content });
}

/** Shows the events of a run as lines for a person. */
export class EventView {
  readonly #hasColors: boolean;
  /** The end of what the script printed to stderr. */
  #stderr = "";
  /** The exceptions that were reported. They are shown at the end, if the script did not print them. */
  #exceptions: RecordedException[] = [];

  constructor(hasColors: boolean) {
    this.#hasColors = hasColors;
  }

  /** Returns the lines of the next event. */
  linesOf(event: RunEventContent): string[] {
    const [label, color, ...texts] = this.#describe(event);
    return texts.flatMap((text) => printable(text).split("\n")).map((line, index) => {
      const plain = `${(index > 0 ? "" : label).padEnd(LABEL_WIDTH)} ${line}`.trimEnd();
      if (index > 0 || !this.#hasColors) return plain;
      // Whether to use colors was decided by the caller: Node before 22.8 does not look.
      return styleText(color, label, { validateStream: false }) + plain.slice(label.length);
    });
  }

  #describe(event: RunEventContent): EventDescription {
    if (event.type === "stderr") {
      this.#stderr = (this.#stderr + event.text).slice(-MAX_STDERR_CHARS);
    }
    if (event.type === "closed" && event.exception !== undefined) {
      this.#exceptions.push(event.exception);
      return ["closed", "red", "with an exception"];
    }
    const description = describeEvent(event);
    if (event.type !== "problem" || !EXCEPTION_PROBLEMS.includes(event.code)) return description;
    const [label, color, text] = description;
    const exceptions = this.#exceptions.splice(0);
    const reason = exceptions.reduce((rest, { message }) => rest.replace(`: ${message}`, ""), text);
    const unseen = exceptions.filter((exception) => !isPrinted(exception, this.#stderr));
    return [label, color, reason, ...unseen.flatMap(exceptionTexts)];
  }
}

/** Whether an exception and its causes are in a text, as a runtime prints those that are not caught. */
function isPrinted({ message, stack, cause, context }: RecordedException, text: string): boolean {
  const [place = message] = FRAME_PLACE.exec(stack.join("")) ?? [];
  // Behind the first line, or the fields in parentheses, runtimes differ.
  const [firstLine = ""] = message.replace(/ \([^()]*\)$/, "").split("\n");
  return text.includes(place) && text.includes(firstLine) &&
    [cause, context].every((other) => other === null || isPrinted(other, text));
}

function describeEvent(event: RunEventContent): EventDescription {
  switch (event.type) {
    case "start":
      return ["start", "gray", event.command.join(" ")];
    case "opened":
    case "closed":
      return [event.type, "cyan", ""];
    case "log":
      return [`log ${event.level}`, COLOR_OF_LEVEL[event.level] ?? "cyan", event.message];
    case "materialization": {
      const version = event.dataVersion === null ? "" : `, data version ${event.dataVersion}`;
      return [event.type, "green", event.assetKey + version, ...metadataLines(event.metadata)];
    }
    case "check": {
      const outcome = event.passed ? "passed" : `failed (${event.severity})`;
      const color = event.passed ? "green" : event.severity === "WARN" ? "yellow" : "red";
      const what = `${event.checkName} of ${event.assetKey}: ${outcome}`;
      return [event.type, color, what, ...metadataLines(event.metadata)];
    }
    case "custom":
      return ["custom message", "cyan", exactJson(event.payload)];
    case "external":
    case "stdout":
    case "stderr": {
      const label = event.type === "external" ? `sent ${event.stream}` : event.type;
      return [label, "gray", event.text.replace(/\r?\n$/, "")];
    }
    case "problem": {
      const color = event.severity === "failure" ? "red" : "yellow";
      return [event.severity, color, `${event.message} (${event.code})`];
    }
    case "end": {
      const [color, verdict] = event.ok
        ? ["green", "success"] as const
        : ["red", "failure"] as const;
      const how = event.signal === null ? `exit code ${event.code}` : `signal ${event.signal}`;
      const seconds = (event.durationMs / 1000).toFixed(1);
      return ["end", color, `Dagster would say ${verdict}: ${how}, after ${seconds} s`];
    }
  }
}

function exceptionTexts({ message, stack, cause, context }: RecordedException): string[] {
  return [
    message,
    ...stack.map((frame) => frame.trimEnd()),
    ...(cause === null ? [] : ["caused by", ...exceptionTexts(cause)]),
    ...(context === null ? [] : ["along with", ...exceptionTexts(context)]),
  ];
}
