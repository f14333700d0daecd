import { DagsterPipesError } from "../errors.ts";
import { withoutStdioCapture } from "../capture/stdio.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import {
  MESSAGES_PARAMS,
  missingParams,
  requireStringParam,
  wrongParam,
} from "../protocol/params_checks.ts";
import { asciiText } from "../json/string_text.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printNotice } from "../runtime/notice.ts";
import { toPipesError } from "../runtime/system_error.ts";
import { MAX_PIPE_WRITE_BYTES } from "../runtime/write_all.ts";
import type { ByteSink, StdioStream } from "../runtime/runtime.ts";
import { LineChannel } from "./line_channel.ts";
import { PageLayout, StreamLayout } from "./untorn_lines.ts";
import { WatchedSink } from "./watched_sink.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";

/** From which length on Docker makes two of a line, in bytes. */
const LOG_LINE = 16 * 1024;

/** What is surely left for messages of the 4 KB that Dagster sees of a function's log, in bytes. */
const LOG_TAIL = 3500;

const TAKE_A_STORE =
  "Report less in one message, or let messages go to a store: PipesS3MessageReader in Dagster, and " +
  "PipesS3MessageWriter here";

/**
 * Writes messages to a file, or to a stream of this process: what Dagster's
 * `PipesTempFileMessageReader`, `PipesFileMessageReader` and its readers of log streams
 * (Kubernetes, Docker, ECS, Lambda) take. This is the default.
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
   * @throws {DagsterPipesError} `params_invalid` for other params, `messages_unavailable` where the
   * file cannot be opened.
   */
  open(params: PipesParams): PipesMessageWriterChannel {
    if (params.path !== undefined) {
      const path = requireStringParam(params, "path", MESSAGES_PARAMS);
      const launcher = launcherOf(params);
      return launcher === undefined ? openFile(path) : openSessionFile(launcher.folder);
    }
    if (params.stdio !== undefined) return logChannel(openStream(params, "stdio"));
    if (params.buffered_stdio !== undefined) {
      return bufferedChannel(openStream(params, "buffered_stdio"));
    }
    throw missingParams(params, 'a "path", "stdio" or "buffered_stdio"', MESSAGES_PARAMS);
  }
}

function openFile(path: string): LineChannel {
  const runtime = currentRuntime();
  const special = runtime.specialFileAt(path);
  // To open a device takes no time. To open a pipe may take for ever, and no signal comes in.
  if (special === "named pipe" || special === "socket") {
    throw new DagsterPipesError(
      "messages_unavailable",
      `Cannot open the messages file "${path}": it is no file, but a ${special}. Give Dagster's message reader the path of a file`,
    );
  }
  try {
    const file = openWatched(path);
    return new LineChannel(file, nameOf(path), { layout: new PageLayout(file) });
  } catch (cause) {
    throw toPipesError("messages_unavailable", `Cannot open the messages file "${path}"`, cause);
  }
}

function openWatched(path: string): WatchedSink {
  return new WatchedSink(currentRuntime().openAppend(path), nameOf(path));
}

function nameOf(path: string): string {
  return `the messages file "${path}"`;
}

/**
 * A file for one session, by which a launcher tells it apart, and when it began. A launcher waits for
 * whole lines.
 */
function openSessionFile(folder: string): LineChannel {
  // By no `crypto`, which Node would load for it: 7 ms.
  const id = `${currentRuntime().processId()}-${Math.random().toString(36).slice(2)}`;
  const path = `${folder}/messages-${Date.now()}-${id}`;
  try {
    return new LineChannel(openWatched(path), nameOf(path));
  } catch (cause) {
    throw toPipesError("messages_unavailable", `Cannot open the messages file "${path}"`, cause);
  }
}

function openStream(params: PipesParams, key: string): LineChannel {
  const stream = params[key];
  if (!isStream(stream)) throw wrongParam(params, key, '"stdout" or "stderr"', MESSAGES_PARAMS);
  const runtime = currentRuntime();
  const out = new WatchedSink(runtime.stdio(stream), stream);
  const layout = new StreamLayout(runtime, stream, out);
  const sink: ByteSink = {
    size: () => out.size(),
    isBehind: () => out.isBehind(),
    // A message is no output of the script, though it may go the same way.
    write: (...bytes) => withoutStdioCapture(() => out.write(...bytes)),
    close() {
      layout.close();
      out.close();
    },
  };
  return new LineChannel(sink, stream, { chunk: MAX_PIPE_WRITE_BYTES, layout });
}

function isStream(value: unknown): value is StdioStream {
  return value === "stdout" || value === "stderr";
}

/** Messages among the lines of a log. */
function logChannel(channel: LineChannel): PipesMessageWriterChannel {
  let hasWarned = false;
  return {
    writeMessage(line) {
      const text = asciiText(line);
      if (text.length >= LOG_LINE && !hasWarned) {
        hasWarned = true;
        printNotice(
          `A message of ${text.length} bytes goes to a stream. Docker cuts a line of its log at 16 KB, and Dagster's reader then ` +
            `loses the message. ${TAKE_A_STORE}`,
        );
      }
      channel.writeMessage(text);
    },
    close: () => channel.close(),
  };
}

/** Messages at the end of a log. */
function bufferedChannel(channel: LineChannel): PipesMessageWriterChannel {
  const lines: string[] = [];
  let size = 0;
  return {
    writeMessage(line) {
      const text = asciiText(line);
      lines.push(text);
      size += text.length + 1;
    },
    close() {
      if (size > LOG_TAIL) {
        printNotice(
          `All messages are ${size} bytes. Of what a Lambda function logs, Dagster reads the last 4 KB, with what Lambda adds to ` +
            `it: the first messages will be lost. ${TAKE_A_STORE}`,
        );
      }
      for (const line of lines.splice(0)) channel.writeMessage(line);
      channel.close();
    },
  };
}
