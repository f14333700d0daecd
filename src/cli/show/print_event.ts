import process from "node:process";
import { currentRuntime } from "../../runtime/current.ts";
import { systemErrorCode } from "../../runtime/system_error.ts";
import { writeAll } from "../../runtime/write_all.ts";
import type { RunEvent, RunEventContent } from "../../runner/types.ts";
import { exactJson } from "./exact_json.ts";
import { eventLines } from "./event_lines.ts";

/** An event as JSON, which starts with what every event has. */
export function eventJson({ type, seq, time, ...content }: RunEvent): string {
  return exactJson({ type, seq, time, ...content });
}

/** Prints an event on stdout for a person. Returns whether stdout still has a reader. */
export function printEvent(event: RunEventContent): boolean {
  return printLines(eventLines(event, hasColors()));
}

/** Prints an event on stdout as a line of JSON. Returns whether stdout still has a reader. */
export function printEventJson(event: RunEvent): boolean {
  return printLines([eventJson(event)]);
}

/** Whether stdout is a terminal with colors whose user wants them, as `NO_COLOR` can deny. */
function hasColors(): boolean {
  return process.stdout.isTTY === true && process.stdout.hasColors();
}

function printLines(lines: readonly string[]): boolean {
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  try {
    writeAll(currentRuntime().stdio("stdout"), bytes);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EPIPE") return false;
    throw error;
  }
}
