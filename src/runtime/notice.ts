import { currentRuntime } from "./current.ts";
import { failProcess } from "./exit_process.ts";
import { writeAll } from "./write_all.ts";

/** Returns the bytes of a notice, with the characters that control a terminal escaped. */
export function noticeBytes(line: string): Uint8Array {
  const text = line.replace(
    /(?![\n\t])\p{Cc}/gu,
    (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
  return new TextEncoder().encode(`${text}\n`);
}

/** Prints a line to stderr. Does nothing if stderr is closed. */
export function printNotice(line: string): void {
  try {
    writeAll(currentRuntime().stdio("stderr"), noticeBytes(line));
  } catch {
    // Nothing is left to report it to.
  }
}

/**
 * Runs an action that handles a failure. If the action itself fails, that must not hide the first
 * failure: it is printed, and the exit code becomes 1.
 */
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
