import { watch } from "node:fs";
import type { RecordedEvent } from "../local/recorded.ts";
import { type StepProcessEnd, StepRecording } from "../local/recording.ts";
import { localStep } from "../local/step.ts";
import { executeCommand } from "../process/execute_command.ts";
import { MessagesFolder } from "../process/messages_folder.ts";
import type { Watchdog } from "../process/watchdog.ts";
import {
  DAGSTER_PIPES_CONTEXT,
  DAGSTER_PIPES_MESSAGES,
  encodeParams,
} from "../protocol/params_codec.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { writeOutput } from "../runtime/output_stream.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import type {
  RunEnd,
  RunEvent,
  RunEventContent,
  RunPipesSessionOptions,
} from "./run_pipes_session.ts";

/** How much text without a line end is held back until the line ends. */
const MAX_PENDING_CHARS = 64 * 1024;

/** Plays the part of Dagster in one run of a command. */
export class LocalDagster {
  readonly recording: StepRecording;
  readonly #options: RunPipesSessionOptions;
  readonly #context: string;
  readonly #watchdog: Watchdog;
  readonly #onEvent: (event: RunEvent) => void | Promise<void>;
  #eventCount = 0;
  /** The first error of a callback or of an output, thrown at the end of the run. */
  #failure: { readonly error: unknown } | undefined;

  constructor(
    options: RunPipesSessionOptions,
    watchdog: Watchdog,
    onEvent: (event: RunEvent) => void | Promise<void>,
  ) {
    const { context, targets } = localStep(options);
    this.recording = new StepRecording(targets);
    this.#options = options;
    this.#context = context;
    this.#watchdog = watchdog;
    this.#onEvent = onEvent;
  }

  async run(): Promise<RunEnd> {
    const startedAt = performance.now();
    this.#emit({ type: "start", schema: 1, command: this.#options.command });
    const { code, signal } = this.recording.processEnd = await this.#runCommand();
    const { problems, ok } = this.recording;
    for (const problem of problems) this.#emit({ type: "problem", ...problem });
    const durationMs = Math.round(performance.now() - startedAt);
    const end: RunEnd = { ok, code, signal, durationMs };
    this.#emit({ type: "end", ...end });
    if (this.#failure !== undefined) throw this.#failure.error;
    return end;
  }

  async #runCommand(): Promise<StepProcessEnd> {
    const watchdog = this.#watchdog;
    const { command, cwd } = this.#options;
    const folder = new MessagesFolder((_, line) => {
      this.#report(this.recording.takeLine(line));
    });
    let unwatch = (): void => {};
    try {
      const env = { ...this.#options.env, ...await this.#bootstrapVariables(folder) };
      unwatch = watchChanges(folder.path, () => folder.poll());
      const consume = (stream: StdioStream, output: AsyncIterable<Uint8Array>): Promise<void> =>
        this.#consume(stream, output, folder).catch((error) => this.#fail(error));
      const status = watchdog.cancelledBy !== undefined
        ? { signal: watchdog.cancelledBy }
        : await executeCommand({ command, cwd, env, consume, watchdog });
      return { code: null, signal: null, ...status, wasEnded: watchdog.endReason };
    } finally {
      unwatch();
      await folder.finish();
    }
  }

  async #bootstrapVariables(folder: MessagesFolder): Promise<Record<string, string>> {
    const { messages = "file", includeStdio = false } = this.#options;
    const runtime = currentRuntime();
    const context = { path: folder.write("context", this.#context) };
    const messagesParams: PipesParams = {
      ...messages === "file" ? folder.messagesParams(true, false) : { stdio: messages },
      ...includeStdio ? { include_stdio_in_messages: true } : {},
    };
    return {
      [DAGSTER_PIPES_CONTEXT]: await encodeParams(context, runtime.deflate),
      [DAGSTER_PIPES_MESSAGES]: await encodeParams(messagesParams, runtime.deflate),
    };
  }

  /** Takes the text that the command prints to a stream, and the messages among its lines. */
  async #consume(
    stream: StdioStream,
    output: AsyncIterable<Uint8Array>,
    folder: MessagesFolder,
  ): Promise<void> {
    const { messages, stdio = "inherit" } = this.#options;
    const hasMessages = messages === stream;
    const isMessage = (line: string) => this.#report(this.recording.takeStreamLine(line));
    const take = async (printed: string): Promise<void> => {
      const text = hasMessages
        ? printed.split(/(?<=\n)/).filter((line) => !isMessage(line)).join("")
        : printed;
      if (text === "") return;
      // If the session was opened before this was printed, `opened` comes first.
      if (!this.recording.isOpened) folder.poll();
      await this.#emit({ type: stream, text });
      if (stdio === "inherit") await writeOutput(stream, new TextEncoder().encode(text));
    };
    const decoder = new TextDecoder();
    let pending = "";
    for await (const bytes of output) {
      pending += decoder.decode(bytes, { stream: true });
      const isLong = pending.length > MAX_PENDING_CHARS && !hasMessages;
      const end = isLong ? pending.length : pending.lastIndexOf("\n") + 1;
      await take(pending.slice(0, end));
      pending = pending.slice(end);
    }
    await take(pending + decoder.decode());
  }

  /** Emits the event of a line. Returns whether the line is a message. */
  #report(event: RecordedEvent | undefined): boolean {
    if (event !== undefined) this.#emit(event);
    return event !== undefined;
  }

  async #emit(content: RunEventContent): Promise<void> {
    try {
      const { type } = content;
      const seq = this.#eventCount++;
      await this.#onEvent(Object.assign({ type, seq, time: new Date().toISOString() }, content));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}

/**
 * Calls a function at each change in a folder. With polling alone, messages come after output that was
 * printed later: in half of all runs, the first line of stderr came before `opened`.
 */
function watchChanges(folder: string, onChange: () => void): () => void {
  try {
    const watcher = watch(folder, onChange);
    watcher.on("error", () => {});
    return () => watcher.close();
  } catch {
    // The user has as many watches as the system allows. Polling goes on.
    return () => {};
  }
}
