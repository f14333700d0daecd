import { DagsterPipesError } from "../errors.ts";
import { type Child, type ChildEnd, startChild } from "./child_process.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode, toPipesError } from "../runtime/system_error.ts";
import type { Watch } from "./watch.ts";

/**
 * How long what a command left behind may be silent before its output is given up, in milliseconds.
 */
const STREAMS_LINGER = 2000;

/** What needs a runtime. */
const SCRIPT = /\.[cm]?[jt]sx?$/;

/** Takes what a command prints to one of its streams. */
export interface OutputTaker {
  /** Takes all of it, no sooner than it is read. */
  copy(output: AsyncIterable<Uint8Array>): Promise<void>;
  /** Since when there is nothing to take, in milliseconds of `performance.now()`. */
  readonly quietSince: number;
}

/** A command, where it runs, and who takes what it prints. */
export interface CommandRun {
  readonly command: readonly string[];
  /** Variables besides those of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: the folder of this process. */
  readonly cwd?: string | undefined;
  readonly outputs: Readonly<Record<StdioStream, OutputTaker>>;
  /** Passes signals on to it, and ends it when its time is up. */
  readonly watch: Watch;
  /** Gets what keeps its output from being taken; the command goes on. */
  onOutputFailure(error: unknown): void;
}

/**
 * Runs a command to its end, and takes all that it prints. What it leaves running at its own end
 * stays; what it leaves when it was to end is killed after the grace.
 *
 * @throws {DagsterPipesError} `command_failed` where it cannot be started.
 */
export async function runCommand(run: CommandRun): Promise<ChildEnd> {
  const { command, env, cwd, outputs, watch } = run;
  let child: Child;
  let end: ChildEnd;
  let copying: Promise<void>;
  try {
    child = startChild(command, env, cwd);
    watch.watch(child);
    copying = Promise.all([
      outputs.stdout.copy(child.output.stdout),
      outputs.stderr.copy(child.output.stderr),
    ]).then(() => {}, (error) => run.onOutputFailure(error));
    end = await child.end;
  } catch (error) {
    throw cannotStart(command, cwd, error);
  }
  await finishOutput(run, child, copying);
  return end;
}

async function finishOutput(
  { outputs, watch }: CommandRun,
  child: Child,
  copying: Promise<void>,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const endedAt = performance.now();
  const silent = new Promise<void>((resolve) => {
    const look = (): void => {
      const quietSince = Math.max(endedAt, outputs.stdout.quietSince, outputs.stderr.quietSince);
      const left = quietSince + STREAMS_LINGER - performance.now();
      // A slow reader is waited for. Where the command is to end, what it started has its grace.
      if (left <= 0 && !watch.isEnding) return resolve();
      timer = setTimeout(look, left > 0 ? left : STREAMS_LINGER);
    };
    look();
  });
  await Promise.race([copying, silent, watch.killed()]);
  clearTimeout(timer);
  watch.kill();
  child.abandonOutput();
  // Half a line may be left of a stream that was given up.
  await Promise.race([copying, watch.killed()]);
}

function cannotStart(
  [name = ""]: readonly string[],
  cwd: string | undefined,
  cause: unknown,
): DagsterPipesError {
  const action = `Cannot start ${JSON.stringify(name)}`;
  const isScript = SCRIPT.test(name);
  if (!isScript && systemErrorCode(cause) !== "ENOENT") {
    return toPipesError("command_failed", action, cause);
  }
  const folder = cwd === undefined ? "" : `, and that the folder "${cwd}" is there`;
  const advice = isScript
    ? `A script has its runtime before it, as in: -- node ${name}`
    : `Check that it is installed here, and on the PATH${folder}`;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const text = `${action}: ${reason}. ${advice}`;
  return new DagsterPipesError("command_failed", text, { cause });
}
