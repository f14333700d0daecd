import { isRecord, kindOf } from "../json/kinds.ts";
import { captureStdio } from "../capture/stdio.ts";
import { DagsterPipesError } from "../errors.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { writeAll } from "../runtime/write_all.ts";
import type { ByteSink, StdioStream } from "../runtime/runtime.ts";

/**
 * What {@linkcode PipesStdioFileLogWriter} opened.
 */
export interface PipesLogWriterChannel {
  /** Stops taking copies, and closes the files. */
  close(): void;
}

/**
 * Writes a copy of what this process prints to the files `stdout` and `stderr` in a folder, as
 * Python's class of this name does.
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
   * Starts to write.
   *
   * @param params `{ logs_dir }`: the folder's path. It is made where it is missing.
   * @returns What ends it.
   * @throws {DagsterPipesError} `params_invalid` for other params, `messages_unavailable` where a
   * file cannot be written.
   */
  open(params: PipesParams): PipesLogWriterChannel {
    const folder = isRecord(params) ? params.logs_dir : undefined;
    if (typeof folder !== "string") {
      throw new DagsterPipesError(
        "params_invalid",
        `Cannot write logs: "logs_dir" must be the path of a folder, got ${kindOf(folder)}`,
      );
    }
    const runtime = currentRuntime();
    const files: Partial<Record<StdioStream, ByteSink>> = {};
    const closeFiles = (): void => {
      files.stdout?.close();
      files.stderr?.close();
    };
    try {
      runtime.makeFolder(folder);
      files.stdout = runtime.openAppend(`${folder}/stdout`);
      files.stderr = runtime.openAppend(`${folder}/stderr`);
      const encoder = new TextEncoder();
      const stop = captureStdio((stream, text) => writeAll(files[stream]!, encoder.encode(text)));
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
