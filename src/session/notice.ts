import { currentRuntime } from "../runtime/current.ts";
import { LineSink } from "../writers/line_channel.ts";
import { STREAM_CHUNK } from "../writers/default_message_writer.ts";

/**
 * Does something about a failure that must not be hidden by what fails here: that is printed, and
 * the process fails, whatever the script makes of the failure.
 */
export async function orNotice(what: string, action: () => void | Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    printNotice(`${what}: ${error}`);
    currentRuntime().setExitCode(1);
  }
}

/**
 * Prints a line to stderr, for whoever looks at the output of the process. A closed stderr is no
 * reason to fail.
 */
export function printNotice(line: string): void {
  try {
    new LineSink(currentRuntime().stdio("stderr"), "stderr", { chunk: STREAM_CHUNK })
      .writeLine(line);
  } catch {
    // There is nobody left to tell.
  }
}
