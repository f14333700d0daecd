import { currentRuntime } from "./current.ts";
import { writeAll } from "./write_all.ts";

/**
 * Prints a line to stderr, for whoever looks at the output of the process. A closed stderr is no
 * reason to fail.
 */
export function printNotice(line: string): void {
  try {
    writeAll(currentRuntime().stdio("stderr"), new TextEncoder().encode(`${line}\n`));
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
