import process from "node:process";
import { styleText } from "node:util";
import type { RecordedException, StepProblemCode } from "../../local/recorded.ts";
import type { RunEventContent } from "../../runner/run_pipes_session.ts";
import { printable } from "../../runtime/notice.ts";
import { writeOutput } from "../../runtime/output_stream.ts";
import { exactJson } from "./exact_json.ts";
import { metadataLines } from "./metadata_lines.ts";

const LABEL_WIDTH = 16;

/** How much of stderr is kept to find the exceptions that a script printed itself. */
const MAX_STDERR_CHARS = 256 * 1024;

/** The problems that an exception causes. */
const EXCEPTION_PROBLEMS: readonly StepProblemCode[] = ["process_failed", "closed_with_exception"];

/** The place of a stack frame, which all runtimes print alike. */
const FRAME_PLACE = /[^\s()]+:\d+:\d+/;

type LabelColor = "red" | "green" | "yellow" | "cyan" | "gray";

const COLOR_OF_LEVEL: Readonly<Record<string, LabelColor>> = {
  DEBUG: "gray",
  INFO: "cyan",
  WARNING: "yellow",
  ERROR: "red",
  CRITICAL: "red",
};

/** Each text has one or more lines. */
type EventDescription = readonly [label: string, color: LabelColor, text: string, ...string[]];

/**
 * Prints lines on stdout in the order of the calls. However slow its reader is, this process can
 * react to signals and timeouts.
 *
 * @returns A promise that resolves when the lines are printed, to whether stdout has a reader.
 */
export function printLines(lines: readonly string[]): Promise<boolean> {
  return writeOutput("stdout", new TextEncoder().encode(lines.map((line) => `${line}\n`).join("")));
}

/** Shows the events of a run as lines for a person. */
export class EventView {
  readonly #hasColors: boolean;
  /** The end of the script's stderr. */
  #stderr = "";
  /** The reported exceptions. Those that the script did not print are shown with the problem. */
  #exceptions: RecordedException[] = [];

  /** @param hasColors Without it, `NO_COLOR` can deny the colors of a terminal. */
  constructor(hasColors: boolean = process.stdout.isTTY === true && process.stdout.hasColors()) {
    this.#hasColors = hasColors;
  }

  /** Returns the lines of the next event. */
  linesOf(event: RunEventContent): string[] {
    const [label, color, ...texts] = this.#describe(event);
    return texts.flatMap((text) => printable(text).split("\n")).map((line, index) => {
      const plain = `${(index > 0 ? "" : label).padEnd(LABEL_WIDTH)} ${line}`.trimEnd();
      if (index > 0 || !this.#hasColors) return plain;
      // The caller has decided on colors. Node before 22.8 would not check.
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

/** Whether a text contains an exception and its causes, as a runtime prints uncaught ones. */
function isPrinted({ message, stack, cause, context }: RecordedException, text: string): boolean {
  const [place = message] = FRAME_PLACE.exec(stack.join("")) ?? [];
  // After the first line, and in the fields in parentheses, runtimes differ.
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
      return ["end", color, `Dagster would report ${verdict}: ${how}, after ${seconds} s`];
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
