import { captureStdio } from "../capture/stdio.ts";
import { DagsterPipesError } from "../errors.ts";
import { isRecord, kindOf } from "../json/kinds.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { ByteSink, StdioStream } from "../runtime/runtime.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { writeAll } from "../runtime/write_all.ts";

/** What {@linkcode PipesStdioFileLogWriter} opened. */
export interface PipesLogWriterChannel {
  /** Ends the copying, and closes the files. */
  close(): void;
}

/**
 * Copies what this process prints to the files `stdout` and `stderr` in a folder, as Python's class
 * of this name does.
 *
 * @example
 * ```ts
 * import { PipesStdioFileLogWriter } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = Deno.makeTempDirSync();
 * const channel = new PipesStdioFileLogWriter().open({ logs_dir: folder });
 * console.log("Hello");
 * channel.close();
 * assertEquals(Deno.readTextFileSync(`${folder}/stdout`), "Hello\n");
 * ```
 */
export class PipesStdioFileLogWriter {
  /**
   * Starts to copy.
   *
   * @param params `{ logs_dir }`: the path of the folder, which is created if it is missing.
   * @returns A channel that ends the copying.
   * @throws {DagsterPipesError} `params_invalid` for other params, `messages_unavailable` if a file
   * cannot be written.
   */
  open(params: PipesParams): PipesLogWriterChannel {
    const folder = isRecord(params) ? params.logs_dir : undefined;
    if (typeof folder !== "string") {
      throw new DagsterPipesError(
        "params_invalid",
        `Cannot write logs: "logs_dir" must be the path of a folder, got ${kindOf(folder)}`,
      );
    }
    const files: ByteSink[] = [];
    const closeFiles = (): void => files.forEach((file) => file.close());
    try {
      const runtime = currentRuntime();
      runtime.makeFolder(folder);
      const openFile = (name: StdioStream): ByteSink => {
        const file = runtime.openAppend(`${folder}/${name}`);
        files.push(file);
        return file;
      };
      const sinks = { stdout: openFile("stdout"), stderr: openFile("stderr") };
      const encoder = new TextEncoder();
      const stop = captureStdio((stream, text) => writeAll(sinks[stream], encoder.encode(text)));
      return {
        close() {
          try {
            stop();
          } finally {
            closeFiles();
          }
        },
      };
    } catch (cause) {
      closeFiles();
      throw toPipesError("messages_unavailable", `Cannot write logs into "${folder}"`, cause);
    }
  }
}
