import { currentRuntime } from "./current.ts";
import { failProcess } from "./exit_process.ts";
import { writeAll } from "./write_all.ts";

/** Prints a line to stderr. Does nothing if stderr is closed. */
export function printNotice(line: string): void {
  try {
    // Characters that control a terminal.
    const text = line.replace(
      /(?![\n\t])\p{Cc}/gu,
      (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`,
    );
    writeAll(currentRuntime().stdio("stderr"), new TextEncoder().encode(`${text}\n`));
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
