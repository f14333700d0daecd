import { currentRuntime } from "./current.ts";
import { failProcess } from "./exit_process.ts";
import { writeAll } from "./write_all.ts";

/** Characters that could hide or rewrite other text on a terminal. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** Escapes what is unprintable in a text for a terminal, except for line ends and tabs. */
export function printable(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Returns the bytes of a notice. */
export function noticeBytes(line: string): Uint8Array {
  return new TextEncoder().encode(`${printable(line)}\n`);
}

/** Prints a line to stderr. Does nothing if stderr is closed. */
export function printNotice(line: string): void {
  try {
    writeAll(currentRuntime().stdio("stderr"), noticeBytes(line));
  } catch {
    // Nothing is left to report it to.
  }
}

/** Runs an action that handles a failure. If it fails too, prints why, and the exit code is 1. */
export async function printIfFails(
  what: string,
  action: () => void | Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    printNotice(`${what}: ${error}`);
    failProcess();
  }
}
