import { styleText } from "node:util";
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

/** An event as lines for a person. */
export function eventLines(event: RunEventContent, hasColors: boolean): string[] {
  const [label, color, ...texts] = describeEvent(event);
  return texts.flatMap((text) => printable(text).split("\n")).map((line, index) => {
    if (index > 0) return `${" ".repeat(LABEL_WIDTH)} ${line}`.trimEnd();
    const plain = `${label.padEnd(LABEL_WIDTH)} ${line}`.trimEnd();
    // Whether to use colors was decided by the caller: Node before 22.8 does not look.
    return hasColors
      ? styleText(color, label, { validateStream: false }) + plain.slice(label.length)
      : plain;
  });
}

/** The texts have one or more lines each. */
type EventDescription = readonly [label: string, color: LabelColor, ...texts: string[]];

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
      return event.exception === undefined
        ? ["closed", "cyan", ""]
        : ["closed", "red", ...exceptionTexts(event.exception)];
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
