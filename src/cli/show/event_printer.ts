import process from "node:process";
import type { RunEvent, RunEventContent } from "../../runner/types.ts";
import { writeOutput } from "../../runtime/output_stream.ts";
import { EventView } from "./event_lines.ts";
import { exactJson } from "./exact_json.ts";
import { unicodeEscape, UNPRINTABLE } from "./printable.ts";

/** An event as JSON, which starts with what every event has. */
export function eventJson({ type, seq, time, ...content }: RunEvent): string {
  return exactJson({ type, seq, time, ...content }).replace(UNPRINTABLE, unicodeEscape);
}

/**
 * Prints events on stdout in their order. However slow its reader is, this process can react to
 * signals and timeouts.
 */
export class EventPrinter {
  readonly #view = new EventView(hasColors());
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

/** Whether stdout is a terminal with colors whose user wants them, as `NO_COLOR` can deny. */
function hasColors(): boolean {
  return process.stdout.isTTY === true && process.stdout.hasColors();
}
