import { terminal } from "../../runtime/terminal.ts";
import { currentRuntime } from "../../runtime/current.ts";
import { writeAll } from "../../runtime/write_all.ts";
import type { RunEvent } from "../../runner/types.ts";
import { exactJson } from "./exact_json.ts";
import { eventLines } from "./event_lines.ts";
import { painter } from "./style.ts";

/** An event as JSON: first what every event has. */
export function eventJson({ type, seq, time, ...content }: RunEvent): string {
  return exactJson({ type, seq, time, ...content });
}

/** What prints each event on stdout at once: as JSON, a line each, or for a person. */
export function eventPrinter(isJson: boolean): (event: RunEvent) => void {
  const paint = painter(terminal().hasColours);
  return (event) => printLines(isJson ? [eventJson(event)] : eventLines(event, paint));
}

function printLines(lines: readonly string[]): void {
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  writeAll(currentRuntime().stdio("stdout"), bytes);
}
