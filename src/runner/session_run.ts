import type { RecordedEvent } from "../local/recorded.ts";
import { isSuccess, problemsOf, type ProcessEnd, type StepProblem } from "../local/problems.ts";
import { StepRecord } from "../local/step_record.ts";
import { runCommand } from "../process/command_run.ts";
import { MessagesTail } from "../process/messages_tail.ts";
import type { Watch } from "../process/watch.ts";
import { withLauncher } from "../protocol/launcher_params.ts";
import {
  DAGSTER_PIPES_CONTEXT,
  DAGSTER_PIPES_MESSAGES,
  encodeParams,
} from "../protocol/params_codec.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { readStep } from "./read_step.ts";
import { RecordedOutput } from "./recorded_output.ts";
import type { RunEnd, RunEvent, RunEventContent } from "./run_event.ts";
import type { RunPipesSessionOptions } from "./run_options.ts";

/** What was done to a command that fails the step, whatever it ended with. */
function wasEnded({ isTimedOut, timeoutSeconds, cancelledBy }: Watch): string | undefined {
  if (isTimedOut) return `was cut off after ${timeoutSeconds} s`;
  return cancelledBy === undefined ? undefined : `was cancelled by ${cancelledBy}`;
}

/** One run of a command in a session that is made up. */
export class SessionRun {
  readonly record: StepRecord = new StepRecord();
  readonly #options: RunPipesSessionOptions;
  readonly #watch: Watch;
  readonly #onEvent: (event: RunEvent) => void;
  #seq = 0;
  #failure: readonly [unknown] | undefined;

  constructor(
    options: RunPipesSessionOptions,
    watch: Watch,
    onEvent: (event: RunEvent) => void,
  ) {
    this.#options = options;
    this.#watch = watch;
    this.#onEvent = onEvent;
  }

  /** Runs it. Gives what Dagster would say, and how it ended. */
  async run(): Promise<{ readonly problems: readonly StepProblem[]; readonly end: RunEnd }> {
    const { context, targets } = readStep(this.#options);
    const start = performance.now();
    this.#emit({ type: "start", schema: 1, command: this.#options.command });
    const child = await this.#runCommand(context);
    const problems = problemsOf(targets, this.record, child);
    for (const problem of problems) this.#emit({ type: "problem", ...problem });
    const end: RunEnd = {
      ok: isSuccess(problems),
      code: child.code,
      signal: child.signal,
      durationMs: Math.round(performance.now() - start),
    };
    this.#emit({ type: "end", ...end });
    if (this.#failure !== undefined) throw this.#failure[0];
    return { problems, end };
  }

  async #runCommand(context: string): Promise<ProcessEnd> {
    const { command, cwd } = this.#options;
    const tail = new MessagesTail((_, bytes) => this.#takeLine(bytes));
    try {
      const env = { ...this.#options.env, ...await this.#parameters(tail, context) };
      tail.start();
      const outputs = { stdout: this.#outputOf("stdout"), stderr: this.#outputOf("stderr") };
      const watch = this.#watch;
      const isCancelled = watch.cancelledBy !== undefined;
      const onOutputFailure = (error: unknown): void => this.#fail(error);
      const end = isCancelled
        ? { code: null, signal: watch.cancelledBy ?? null }
        : await runCommand({ command, env, cwd, outputs, watch, onOutputFailure });
      return { ...end, wasEnded: wasEnded(watch) };
    } finally {
      tail.finish();
    }
  }

  /** The variables that tell the command of its context, and of where its messages go. */
  async #parameters({ folder }: MessagesTail, context: string): Promise<Record<string, string>> {
    const { channel = "file", includeStdio = false } = this.#options;
    const launcher = {
      folder: folder.path,
      pid: currentRuntime().processId(),
      hasContextFile: true,
    };
    const messages: PipesParams = channel === "file"
      ? withLauncher({ path: folder.sharedFile }, launcher)
      : { stdio: channel };
    const stdio = includeStdio ? { include_stdio_in_messages: true } : {};
    const { deflate } = currentRuntime();
    return {
      [DAGSTER_PIPES_CONTEXT]: await encodeParams(
        { path: folder.write("context", context) },
        deflate,
      ),
      [DAGSTER_PIPES_MESSAGES]: await encodeParams({ ...messages, ...stdio }, deflate),
    };
  }

  #outputOf(stream: StdioStream): RecordedOutput {
    const { channel, stdio = "inherit" } = this.#options;
    return new RecordedOutput({
      stream,
      isPrinted: stdio === "inherit",
      takeMessage: channel === stream
        ? (line) => this.#tell(this.record.takeFromStream(line))
        : undefined,
      takeText: (text) => this.#emit({ type: stream, text }),
    });
  }

  #takeLine(bytes: Uint8Array): void {
    let line: string;
    try {
      line = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      this.record.unreadable ??= "the line is not UTF-8 text";
      return;
    }
    this.#tell(this.record.take(line));
  }

  /** Tells of what Dagster makes of a message, and says whether it makes something of it. */
  #tell(event: RecordedEvent | undefined): boolean {
    if (event === undefined) return false;
    // Empty text only lays out the file of the messages, and Dagster shows nothing of it.
    if (event.type !== "external" || event.text !== "") this.#emit(event);
    return true;
  }

  #emit(content: RunEventContent): void {
    try {
      this.#onEvent({ ...content, seq: this.#seq++, time: new Date().toISOString() });
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Notes what is to be thrown in the end. */
  #fail(error: unknown): void {
    this.#failure ??= [error];
  }
}
