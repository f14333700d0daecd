import { currentRuntime } from "./current.ts";
import { writeAll } from "./write_all.ts";

/** Characters that control a terminal, except for tabs and line ends. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;

function escapeControl(control: string): string {
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/** Prints a line to stderr. Does nothing if stderr is closed. */
export function printNotice(line: string): void {
  try {
    const text = line.replace(CONTROLS, escapeControl);
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
    currentRuntime().setExitCode(1);
  }
}
