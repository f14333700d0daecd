import { DagsterPipesError } from "../errors.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params.ts";
import { exceptionFrom, exceptionText } from "../protocol/exception.ts";
import { closedLine } from "../protocol/framing.ts";
import { DAGSTER_PIPES_MESSAGES, encodeParams } from "../protocol/params.ts";
import { type Child, type ChildEnd, startChild } from "../runtime/child_process.ts";
import { currentRuntime } from "../runtime/current.ts";
import { systemErrorCode } from "../runtime/system_error.ts";
import type { CancelSignal, StdioStream } from "../runtime/runtime.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { OutputCopy } from "./output.ts";
import { Relay } from "./relay.ts";

/** The exit code of a command that was cut off, as of `timeout`. */
const TIMED_OUT = 124;

/** How a command is supervised. */
export interface SuperviseOptions {
  /** The command and its arguments. */
  readonly command: readonly string[];
  /** The time after which the command is cut off, in seconds. Default: never. */
  readonly timeoutSeconds?: number | undefined;
  /** The time from a cancel or the cut-off until the command is killed, in seconds. Default: 15. */
  readonly graceSeconds?: number | undefined;
  /**
   * The log level that each line of a stream becomes a Dagster log message of. Default: none does.
   */
  readonly logLevels?: Readonly<Partial<Record<StdioStream, string>>> | undefined;
}

/** How a supervised command ended, and what the launcher is to end as. */
export type SuperviseResult =
  | {
    /** The exit code. */
    readonly code: number;
  }
  | {
    /** The signal, as in `SIGTERM`. */
    readonly signal: string;
  };

/**
 * Owns the session with Dagster for a command that may be anything: a script that uses Pipes, whose
 * messages are handed on, or a program that knows nothing of it. Whatever way the command ends,
 * Dagster is told.
 */
export async function supervise(options: SuperviseOptions): Promise<SuperviseResult> {
  const loader = new PipesEnvVarParamsLoader();
  if (!loader.isDagsterPipesProcess()) {
    return await run(options, undefined, {}, undefined);
  }
  // A context that cannot be found is as much an error here as it would be in a script.
  await loader.loadContextParams();
  const { include_stdio_in_messages: includeStdio, ...params } = await loader.loadMessagesParams();
  const channel = await new PipesDefaultMessageWriter().open(params);
  const relay = new Relay(channel);
  const messages = await encodeParams({ path: relay.path }, currentRuntime().deflate);
  return await run(options, { channel, relay, includeStdio: includeStdio === true }, {
    [DAGSTER_PIPES_MESSAGES]: messages,
  }, params.stdio ?? params.buffered_stdio);
}

interface Session {
  readonly channel: PipesMessageWriterChannel;
  readonly relay: Relay;
  readonly includeStdio: boolean;
}

async function run(
  options: SuperviseOptions,
  session: Session | undefined,
  env: Readonly<Record<string, string>>,
  messageStream: unknown,
): Promise<SuperviseResult> {
  const copyOf = (stream: StdioStream) =>
    new OutputCopy(stream, {
      level: options.logLevels?.[stream],
      asText: session?.includeStdio === true,
      hasMessages: messageStream === stream,
    }, session?.channel);
  const copies = { stdout: copyOf("stdout"), stderr: copyOf("stderr") };
  const watch = new Watch(options);
  let failure: unknown;
  let end: ChildEnd | undefined;
  try {
    const child = startChild(options.command, env, (stream, bytes) => {
      try {
        copies[stream].push(bytes);
      } catch (error) {
        failure ??= error;
      }
    });
    watch.start(child);
    end = await child.end;
  } catch (error) {
    const advice = systemErrorCode(error) === "ENOENT"
      ? ". Check that it is installed here, and on the PATH"
      : "";
    failure = new DagsterPipesError(
      "command_failed",
      `Cannot start ${JSON.stringify(options.command[0])}: ${
        error instanceof Error ? error.message : error
      }${advice}`,
      { cause: error },
    );
  } finally {
    watch.stop();
  }
  for (
    const finish of [
      () => copies.stdout.finish(),
      () => copies.stderr.finish(),
      () => session?.relay.finish(),
    ]
  ) {
    try {
      finish();
    } catch (error) {
      failure ??= error;
    }
  }
  const problem = failure ??
    problemOf(end!, watch, session?.relay.isUnclosed === true, copies.stderr.lastLines);
  if (session !== undefined) {
    const ownLine = failure === undefined && !watch.isTimedOut
      ? session.relay.closedLine
      : undefined;
    session.channel.writeMessage(
      ownLine ??
        closedLine(problem === undefined ? undefined : exceptionText(exceptionFrom(problem))),
    );
    await session.channel.close();
  }
  if (failure !== undefined) throw failure;
  if (watch.isTimedOut) return { code: TIMED_OUT };
  if (end!.signal !== null) return { signal: end!.signal };
  return { code: end!.code === 0 && session?.relay.isUnclosed === true ? 1 : end!.code ?? 1 };
}

/** What Dagster is to be told of a command that has not told it itself. */
function problemOf(
  end: ChildEnd,
  watch: Watch,
  isUnclosed: boolean,
  lastLines: string,
): DagsterPipesError | undefined {
  let what: string;
  if (watch.isTimedOut) what = `was cut off after ${watch.timeoutSeconds} s`;
  else if (watch.cancelledBy !== undefined) {
    what = `was cancelled by ${watch.cancelledBy} and ended with ${endText(end)}`;
  } else if (end.signal !== null || end.code !== 0) {
    what = `ended with ${endText(end)}`;
  } else if (isUnclosed) {
    what = "ended with exit code 0 and left its session with Dagster unclosed";
  } else return undefined;
  const tail = lastLines === "" ? "" : `. The last lines of its stderr:\n${lastLines}`;
  const code = watch.cancelledBy === undefined ? "command_failed" : "session_interrupted";
  return new DagsterPipesError(code, `The command ${what}${tail}`);
}

function endText({ code, signal }: ChildEnd): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

/** Passes signals on to a command, and ends it when its time is up. */
class Watch {
  readonly timeoutSeconds: number | undefined;
  readonly #graceSeconds: number;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  readonly #unlisten: (() => void)[] = [];
  cancelledBy: CancelSignal | undefined;
  isTimedOut = false;

  constructor(options: SuperviseOptions) {
    this.timeoutSeconds = options.timeoutSeconds;
    this.#graceSeconds = options.graceSeconds ?? 15;
  }

  start(child: Child): void {
    const escalate = (): void => {
      this.#timers.push(setTimeout(() => child.kill("SIGKILL"), this.#graceSeconds * 1000));
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      this.#unlisten.push(
        currentRuntime().onSignal(signal, () => {
          child.kill(signal);
          if (this.cancelledBy === undefined) escalate();
          this.cancelledBy ??= signal;
        }),
      );
    }
    if (this.timeoutSeconds === undefined) return;
    this.#timers.push(setTimeout(() => {
      this.isTimedOut = true;
      child.kill("SIGTERM");
      escalate();
    }, this.timeoutSeconds * 1000));
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const unlisten of this.#unlisten) unlisten();
  }
}
