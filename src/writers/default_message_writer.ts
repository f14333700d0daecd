import { withoutStdioCapture } from "../capture/stdio.ts";
import { DagsterPipesError } from "../errors.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import { logLine } from "../protocol/messages.ts";
import { launcherOf, sessionLinePrefix } from "../protocol/launcher_params.ts";
import {
  MESSAGES_PARAMS,
  missingParams,
  requireStringParam,
  wrongParam,
} from "../protocol/params_checks.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printNotice } from "../runtime/notice.ts";
import type { ByteSink, StdioStream } from "../runtime/runtime.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { MAX_PIPE_WRITE_BYTES } from "../runtime/write_all.ts";
import { LineChannel } from "./line_channel.ts";

/** The system shows a reader what is written to a file page by page. */
const PAGE_BYTES = 4096;

/** Docker splits a line of its log that is as long as this. */
const MAX_DOCKER_LINE_BYTES = 16 * 1024;

/** What is left for messages of the 4 KB of a Lambda function's log that Dagster reads. */
const MAX_LAMBDA_LOG_BYTES = 3500;

const USE_A_STORE =
  "Report less in one message, or send messages through a store: PipesS3MessageReader in Dagster, and " +
  "PipesS3MessageWriter here";

/**
 * Writes messages to a file, or to a stream of this process: what Dagster's
 * `PipesTempFileMessageReader`, `PipesFileMessageReader` and its readers of log streams
 * (Kubernetes, Docker, ECS, Lambda) read. This is the default.
 *
 * @example
 * ```ts
 * import { PipesDefaultMessageWriter, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * await withDagsterPipes({ messageWriter: new PipesDefaultMessageWriter() }, (pipes) => pipes.log("Hello"));
 * ```
 */
export class PipesDefaultMessageWriter implements PipesMessageWriter {
  /**
   * Opens the channel.
   *
   * @param params `{ path }`: a file to append to; `{ stdio }`: `"stdout"` or `"stderr"`;
   * `{ buffered_stdio }`: the same, with all messages sent when the session closes. With a `path`,
   * `include_stdio_in_messages: true` sends what this process prints as well.
   * @returns The channel.
   * @throws {DagsterPipesError} `params_invalid` for other params, `messages_unavailable` if the
   * file cannot be opened.
   */
  open(params: PipesParams): PipesMessageWriterChannel {
    return openDefaultChannel(params, { openStream, notify: printNotice });
  }
}

export interface StreamAccess {
  readonly openStream: (stream: StdioStream) => LineChannel;
  readonly notify: (line: string) => void;
}

/** Opens the channel of the default message writer, with other access to the streams. */
export function openDefaultChannel(
  params: PipesParams,
  { openStream, notify }: StreamAccess,
): PipesMessageWriterChannel {
  if (params.path !== undefined) {
    const path = requireStringParam(params, "path", MESSAGES_PARAMS);
    return launcherOf(params) === undefined
      ? openFile(path, announcement)
      : openFile(path, sessionPrefix(), wholeLines);
  }
  const key = params.stdio === undefined ? "buffered_stdio" : "stdio";
  const stream = params[key];
  if (stream === undefined) {
    throw missingParams(params, 'a "path", "stdio" or "buffered_stdio"', MESSAGES_PARAMS);
  }
  if (stream !== "stdout" && stream !== "stderr") {
    throw wrongParam(params, key, '"stdout" or "stderr"', MESSAGES_PARAMS);
  }
  const channel = openStream(stream);
  return key === "stdio" ? logChannel(channel, notify) : bufferedChannel(channel, notify);
}

function openFile(
  path: string,
  textAhead: (line: string) => string,
  wrap: (file: ByteSink) => ByteSink = (file) => file,
): LineChannel {
  const runtime = currentRuntime();
  const special = runtime.specialFileAt(path);
  // Opening a pipe may block forever, and no signal arrives meanwhile.
  if (special === "named pipe" || special === "socket") {
    throw new DagsterPipesError(
      "messages_unavailable",
      `Cannot open the messages file "${path}": it is not a file, but a ${special}. Give Dagster's message reader the path of a file`,
    );
  }
  try {
    const name = `the messages file "${path}"`;
    const file = wrap(runtime.openAppend(path));
    return new LineChannel(file, name, { textAhead });
  } catch (cause) {
    throw toPipesError("messages_unavailable", `Cannot open the messages file "${path}"`, cause);
  }
}

/**
 * Returns what goes ahead of a long line, in the same write. A reader that meets the end of the file
 * in the middle of a line dies of the half that it sees (Dagster's flaw). Storing a log message keeps
 * it busy while the rest of the line becomes visible.
 */
function announcement(line: string): string {
  if (line.length < PAGE_BYTES) return "";
  return `${logLine(`A message of ${line.length + 1} bytes follows`, "DEBUG")}\n`;
}

function sessionPrefix(): () => string {
  // Not by `crypto`, which takes Node 7 ms to load.
  const id = `${currentRuntime().processId()}-${Math.random().toString(36).slice(2)}`;
  return () => sessionLinePrefix(id);
}

/**
 * Writes a line again if the system took only a part of it: other sessions append to the same file,
 * so the part cannot be continued. The launcher drops the part.
 */
function wholeLines(file: ByteSink): ByteSink {
  return {
    ...file,
    write(bytes, start = 0, end = bytes.length) {
      const isWritten = (): boolean => file.write(bytes, start, end) === end - start;
      if (isWritten() || isWritten()) return end - start;
      throw new Error(`The system took only a part of ${end - start} bytes`);
    },
  };
}

const NEWLINE_BYTE = 0x0a;

function openStream(stream: StdioStream): LineChannel {
  const runtime = currentRuntime();
  const out = runtime.stdio(stream);
  let isMidLine = false;
  const unlisten = runtime.onStdio((from, chunk) => {
    if (from !== stream || chunk.length === 0) return;
    isMidLine = typeof chunk === "string" ? !chunk.endsWith("\n") : chunk.at(-1) !== NEWLINE_BYTE;
  });
  const sink: ByteSink = {
    ...out,
    // A message is not output of the script, though it may go the same way.
    write: (...bytes) => withoutStdioCapture(() => out.write(...bytes)),
    close() {
      unlisten();
      out.close();
    },
  };
  return new LineChannel(sink, stream, {
    maxWriteBytes: MAX_PIPE_WRITE_BYTES,
    // After half a line of the script, such as a progress bar, or output that the runtime has yet to
    // write, Dagster would take the message for output.
    textAhead() {
      if (!isMidLine && !out.isBehind?.()) return "";
      isMidLine = false;
      return "\n";
    },
  });
}

/** Messages among the lines of a log. */
function logChannel(
  channel: LineChannel,
  notify: StreamAccess["notify"],
): PipesMessageWriterChannel {
  let hasWarned = false;
  return {
    writeMessage(line) {
      if (line.length >= MAX_DOCKER_LINE_BYTES && !hasWarned) {
        hasWarned = true;
        notify(
          `A message of ${line.length} bytes goes to a stream. Docker cuts a line of its log at 16 KB, and Dagster's reader then ` +
            `loses the message. ${USE_A_STORE}`,
        );
      }
      channel.writeMessage(line);
    },
    close: () => channel.close(),
  };
}

/** Messages at the end of a log. */
function bufferedChannel(
  channel: LineChannel,
  notify: StreamAccess["notify"],
): PipesMessageWriterChannel {
  const lines: string[] = [];
  let bytes = 0;
  return {
    writeMessage(line) {
      lines.push(line);
      bytes += line.length + 1;
    },
    close() {
      if (bytes > MAX_LAMBDA_LOG_BYTES) {
        notify(
          `The messages have ${bytes} bytes. Dagster reads only the last 4 KB of a Lambda function's log, and Lambda's own lines ` +
            `count: the first messages will be lost. ${USE_A_STORE}`,
        );
      }
      for (const line of lines.splice(0)) channel.writeMessage(line);
      channel.close();
    },
  };
}
