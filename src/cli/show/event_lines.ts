import { styleText } from "node:util";
import type { StepProblemCode } from "../../local/problems.ts";
import type { RecordedException } from "../../local/recorded.ts";
import type { RunEventContent } from "../../runner/types.ts";
import { exactJson } from "./exact_json.ts";
import { metadataLines } from "./metadata_lines.ts";
import { printable } from "./printable.ts";

/** How wide the label is that starts an event. */
const LABEL_WIDTH = 16;

type LabelColor = "red" | "green" | "yellow" | "cyan" | "gray";

const COLOR_OF_LEVEL: Readonly<Record<string, LabelColor>> = {
  DEBUG: "gray",
  INFO: "cyan",
  WARNING: "yellow",
  ERROR: "red",
  CRITICAL: "red",
};

/** How much of stderr is kept, to know which exceptions a script printed itself. */
const MAX_STDERR_CHARS = 256 * 1024;

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
      if (index > 0) return `${" ".repeat(LABEL_WIDTH)} ${line}`.trimEnd();
      const plain = `${label.padEnd(LABEL_WIDTH)} ${line}`.trimEnd();
      // Whether to use colors was decided by the caller: Node before 22.8 does not look.
      return this.#hasColors
        ? styleText(color, label, { validateStream: false }) + plain.slice(label.length)
        : plain;
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
    if (event.type !== "problem" || !EXCEPTION_PROBLEMS.includes(event.code)) {
      return describeEvent(event);
    }
    const [label, color, text] = describeEvent(event);
    const exceptions = this.#exceptions.splice(0);
    const reason = exceptions.reduce((rest, { message }) => rest.replace(`: ${message}`, ""), text);
    const unseen = exceptions.filter((exception) => !isPrinted(exception, this.#stderr));
    return [label, color, reason, ...unseen.flatMap(exceptionTexts)];
  }
}

/** The problems that the exceptions of a step are the reason of. */
const EXCEPTION_PROBLEMS: readonly StepProblemCode[] = ["process_failed", "closed_with_exception"];

/** The place of a frame of a stack, which runtimes print alike. */
const FRAME_PLACE = /[^\s()]+:\d+:\d+/;

/** Whether an exception and its causes are in a text, as a runtime prints those that are not caught. */
function isPrinted({ message, stack, cause, context }: RecordedException, text: string): boolean {
  const [place = message] = FRAME_PLACE.exec(stack.join("")) ?? [];
  // Behind the first line, or the fields in parentheses, runtimes differ.
  const [firstLine = ""] = message.replace(/ \([^()]*\)$/, "").split("\n");
  return text.includes(place) && text.includes(firstLine) &&
    [cause, context].every((other) => other === null || isPrinted(other, text));
}

/** The texts have one or more lines each. */
type EventDescription = readonly [
  label: string,
  color: LabelColor,
  text: string,
  ...more: string[],
];

function describeEvent(event: RunEventContent): EventDescription {
  switch (event.type) {
    case "start":
      return ["start", "gray", event.command.join(" ")];
    case "opened":
      return ["opened", "cyan", ""];
    case "log":
      return [`log ${event.level}`, COLOR_OF_LEVEL[event.level] ?? "cyan", event.message];
    case "materialization": {
      const version = event.dataVersion === null ? "" : `, data version ${event.dataVersion}`;
      const what = `${event.assetKey}${version}`;
      return [event.type, "green", what, ...metadataLines(event.metadata)];
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
      return [`sent ${event.stream}`, "gray", withoutLastLineEnd(event.text)];
    case "stdout":
    case "stderr":
      return [event.type, "gray", withoutLastLineEnd(event.text)];
    case "closed":
      return ["closed", "cyan", ""];
    case "problem": {
      const isFailure = event.severity === "failure";
      const what = `${event.message} (${event.code})`;
      return [event.severity, isFailure ? "red" : "yellow", what];
    }
    case "end": {
      const how = event.signal === null ? `exit code ${event.code}` : `signal ${event.signal}`;
      const verdict = event.ok ? "Dagster would say success" : "Dagster would say failure";
      const seconds = (event.durationMs / 1000).toFixed(1);
      return ["end", event.ok ? "green" : "red", `${verdict}: ${how}, after ${seconds} s`];
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

function withoutLastLineEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
