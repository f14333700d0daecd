import { currentRuntime } from "../runtime/current.ts";
import { LineSink } from "../writers/line_sink.ts";
import { STREAM_CHUNK } from "../writers/default.ts";

/** Prints a line to stderr, for whoever looks at the output of the process. A closed stderr is no reason to fail. */
export function printNotice(line: string): void {
  try {
    new LineSink(currentRuntime().stdio("stderr"), "stderr", {
      chunk: STREAM_CHUNK,
    })
      .writeLine(line);
  } catch {
    // There is nobody left to tell.
  }
}
