import { currentRuntime } from "./current.ts";
import { writeAll } from "./write_all.ts";

/** What could do more in a terminal than be read, but for tabs and line ends. */
const CONTROLS = /(?![\n\t])\p{Cc}/gu;

function escaped(control: string): string {
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

/**
 * Prints a line to stderr, for whoever looks at the output of the process. A closed stderr is no
 * reason to fail.
 */
export function printNotice(line: string): void {
  try {
    const text = line.replace(CONTROLS, escaped);
    writeAll(currentRuntime().stdio("stderr"), new TextEncoder().encode(`${text}\n`));
  } catch {
    // There is nobody left to tell.
  }
}

/**
 * Does something about a failure that must not be hidden by what fails here: that is printed, and
 * the process fails, whatever the script makes of the failure.
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
