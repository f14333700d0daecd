import type { RecordedException } from "../../local/recorded.ts";
import type { RunEventContent } from "../../runner/types.ts";
import { exactJson } from "./exact_json.ts";
import { metadataLines } from "./metadata_lines.ts";
import type { Colour, Paint } from "./style.ts";

/** How wide the word is that says what an event is. */
const LABEL = 16;

const LEVELS: Readonly<Record<string, Colour>> = {
  DEBUG: "grey",
  INFO: "cyan",
  WARNING: "yellow",
  ERROR: "red",
  CRITICAL: "red",
};

/** An event as lines for a person. */
export function eventLines(event: RunEventContent, paint: Paint): string[] {
  const { label, colour, lines } = partsOf(event);
  return lines.map((line, index) =>
    `${paint((index === 0 ? label : "").padEnd(LABEL), colour)} ${line}`.trimEnd()
  );
}

interface Parts {
  readonly label: string;
  readonly colour: Colour;
  readonly lines: readonly string[];
}

function partsOf(event: RunEventContent): Parts {
  switch (event.type) {
    case "start":
      return parts("start", "grey", event.command.join(" "));
    case "opened":
      return parts("opened", "cyan", "");
    case "log":
      return parts(`log ${event.level}`, LEVELS[event.level] ?? "cyan", event.message);
    case "materialization": {
      const version = event.dataVersion === null ? "" : `, data version ${event.dataVersion}`;
      return parts(
        event.type,
        "green",
        `${event.assetKey}${version}`,
        ...metadataLines(event.metadata),
      );
    }
    case "check": {
      const outcome = event.passed ? "passed" : `failed (${event.severity})`;
      return parts(
        event.type,
        event.passed ? "green" : event.severity === "WARN" ? "yellow" : "red",
        `${event.checkName} of ${event.assetKey}: ${outcome}`,
        ...metadataLines(event.metadata),
      );
    }
    case "custom":
      return parts("custom message", "cyan", exactJson(event.payload));
    case "external":
      return parts(`sent ${event.stream}`, "grey", withoutLastEnd(event.text));
    case "stdout":
    case "stderr":
      return parts(event.type, "grey", withoutLastEnd(event.text));
    case "closed":
      return event.exception === undefined
        ? parts("closed", "cyan", "")
        : parts("closed", "red", ...exceptionLines(event.exception));
    case "problem":
      return event.severity === "failure"
        ? parts("failure", "red", `${event.message} (${event.code})`)
        : parts("warning", "yellow", `${event.message} (${event.code})`);
    case "end": {
      const how = event.signal === null ? `exit code ${event.code}` : `signal ${event.signal}`;
      const what = event.ok ? "Dagster would say success" : "Dagster would say failure";
      const seconds = (event.durationMs / 1000).toFixed(1);
      return parts("end", event.ok ? "green" : "red", `${what}: ${how}, after ${seconds} s`);
    }
  }
}

/** Texts of several lines each become as many lines. */
function parts(label: string, colour: Colour, ...texts: readonly string[]): Parts {
  return { label, colour, lines: texts.flatMap((text) => text.split("\n")) };
}

function exceptionLines({ message, stack, cause, context }: RecordedException): string[] {
  return [
    message,
    ...stack.map((frame) => frame.trimEnd()),
    ...(cause === null ? [] : ["caused by", ...exceptionLines(cause)]),
    ...(context === null ? [] : ["along with", ...exceptionLines(context)]),
  ];
}

function withoutLastEnd(text: string): string {
  return text.replace(/\r?\n$/, "");
}
