import { asciiJson } from "../json/write_json.ts";
import { PipesEnvVarParamsLoader } from "../loaders/params_loaders.ts";
import type { PipesContextLoader, PipesMessageWriterChannel } from "../ports.ts";
import { executeCommand } from "../process/execute_command.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { MessagesFolder } from "../process/messages_folder.ts";
import { Watchdog } from "../process/watchdog.ts";
import { closedLine, copyRecordArgument } from "../protocol/reports.ts";
import {
  DAGSTER_PIPES_CONTEXT,
  DAGSTER_PIPES_MESSAGES,
  encodeParams,
} from "../protocol/params_codec.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { openChannel } from "../session/open.ts";
import { MAX_CANCEL_WAIT_SECONDS, waitUnlessAborted } from "../session/end/cancellation.ts";
import { Deadline, MAX_END_WAIT_SECONDS } from "../session/end/deadline.ts";
import { requireParams } from "../session/options.ts";
import { watchDagster } from "./dagster_watch.ts";
import { LauncherMessageWriter } from "./launcher_message_writer.ts";
import { MessageRelay } from "./message_relay.ts";
import { OutputRelay } from "./output_relay.ts";
import {
  checkSuperviseOptions,
  type SuperviseOptions,
  type Transport,
} from "./supervise_options.ts";
import { errorException, launcherException, launcherStatus } from "./verdict.ts";

/** How long messages to a stream may take when the command had to end. */
const MAX_STREAM_WAIT_SECONDS = 5;

/** How long messages may be sent at least. */
const MIN_SENDING_SECONDS = 1;

/**
 * Owns the session with Dagster for a command: scripts that use Pipes, or any other program.
 * Reports every end of the command.
 */
export class Supervision {
  readonly #options: SuperviseOptions;
  readonly #transport: Transport;
  readonly #watchdog: Watchdog;
  readonly #ownWriter = new LauncherMessageWriter();
  readonly #deadline = new Deadline();
  #unwatchDagster: () => void = () => {};
  readonly #messages = new MessageRelay((line) => {
    // What was printed before a message comes before it.
    this.#outputs?.stdout.flush();
    this.#outputs?.stderr.flush();
    this.#send(line);
    return this.#ready();
  });
  #messagesParams: PipesParams = {};
  #channel: PipesMessageWriterChannel | undefined;
  #folder: MessagesFolder | undefined;
  #outputs: Readonly<Record<StdioStream, OutputRelay>> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** @throws {DagsterPipesError} `invalid_argument` if an option is unknown or not of its type. */
  constructor(options: SuperviseOptions) {
    checkSuperviseOptions(options);
    this.#options = options;
    this.#transport = options.transport ?? {};
    this.#watchdog = new Watchdog(options);
  }

  /**
   * Runs the command.
   *
   * @returns How the launcher is to end.
   * @throws {DagsterPipesError} If the command could not be started, or something was lost.
   */
  async run(): Promise<ExitStatus> {
    // Before anything else: an uncaught signal would leave a session, a folder or a command behind.
    this.#watchdog.listen();
    try {
      const status = await this.#execute().catch((error) => this.#fail(error));
      return await this.#close(status);
    } finally {
      this.#unwatchDagster();
      this.#watchdog.stop();
    }
  }

  async #execute(): Promise<ExitStatus | undefined> {
    // A cancel does not wait for a store that is slow to open.
    const env = await Promise.race([this.#open(), this.#watchdog.cancelled]);
    if (env === undefined || this.#watchdog.cancelledBy !== undefined) return undefined;
    const outputs = this.#relayOutputs();
    return await executeCommand({
      command: this.#options.command,
      env,
      consume: (stream, output) =>
        outputs[stream].consume(output).catch((error) => this.#fail(error)),
      watchdog: this.#watchdog,
    });
  }

  /** Opens the session with Dagster, if there is one. Returns the variables for the command. */
  async #open(): Promise<Record<string, string>> {
    const { paramsLoader = new PipesEnvVarParamsLoader() } = this.#transport;
    if (!paramsLoader.isDagsterPipesProcess()) return {};
    const reason = "the end of the process that started the launcher";
    this.#unwatchDagster = watchDagster(() => this.#watchdog.cancel("SIGTERM", reason));
    // Missing params of the context are an error here as they would be in a script.
    const contextParams = await paramsLoader.loadContextParams();
    requireParams("loadContextParams", contextParams);
    const messagesParams = await paramsLoader.loadMessagesParams();
    this.#messagesParams = requireParams("loadMessagesParams", messagesParams);
    const writer = this.#transport.messageWriter ?? this.#ownWriter;
    const requireUncancelled = (): void => {
      if (this.#watchdog.cancelledBy !== undefined) throw new Error("The command was cancelled");
    };
    this.#channel = await openChannel(writer, this.#messagesParams, {
      beforeOpened: requireUncancelled,
      waitFor: (sending) =>
        Promise.race([sending, this.#watchdog.cancelled.then(requireUncancelled)]),
    });
    return await this.#relayMessages(contextParams);
  }

  /** Starts to pass messages on. Returns the variables that sessions of the command need for it. */
  async #relayMessages(contextParams: PipesParams): Promise<Record<string, string>> {
    const { paramsLoader, contextLoader } = this.#transport;
    const folder = this.#folder = new MessagesFolder((id, line) => this.#messages.take(id, line));
    const encode = (params: PipesParams) => encodeParams(params, currentRuntime().deflate);
    const messages = await encode(folder.messagesParams(contextLoader !== undefined, true));
    const env: Record<string, string> = { [DAGSTER_PIPES_MESSAGES]: messages };
    if (contextLoader !== undefined) {
      const path = folder.write("context", await loadContextText(contextLoader, contextParams));
      env[DAGSTER_PIPES_CONTEXT] = await encode({ path });
    } else if (paramsLoader !== undefined) {
      env[DAGSTER_PIPES_CONTEXT] = await encode(contextParams);
    }
    return env;
  }

  #relayOutputs(): Readonly<Record<StdioStream, OutputRelay>> {
    const options = {
      levels: this.#channel === undefined ? {} : this.#options.logLevels ?? {},
      isSentAsText: this.#messagesParams.include_stdio_in_messages === true,
      isReadForMessages: this.#messageStream !== undefined,
      send: (line: string) => this.#send(line),
      ready: () => this.#ready(),
    };
    return this.#outputs = {
      stdout: new OutputRelay("stdout", options),
      stderr: new OutputRelay("stderr", options),
    };
  }

  /** The stream that messages go to, if there is one. */
  get #messageStream(): unknown {
    return this.#messagesParams.stdio ?? this.#messagesParams.buffered_stdio;
  }

  /** Sends a message to Dagster. One that is lost makes the launcher fail. */
  #send(line: string): void {
    try {
      this.#channel?.writeMessage(line);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Waits until more messages can be sent. */
  #ready(): Promise<void> | undefined {
    const ready = this.#ownWriter.ready();
    return ready && waitUnlessAborted(ready, this.#deadline.signal).catch(() => {});
  }

  /** Limits the time until the launcher ends. */
  #limitTime(): void {
    const { cancelledBy, secondsSinceCancel, isTimedOut } = this.#watchdog;
    let seconds = MAX_END_WAIT_SECONDS;
    if (cancelledBy !== undefined) seconds = MAX_CANCEL_WAIT_SECONDS - secondsSinceCancel;
    if ((cancelledBy !== undefined || isTimedOut) && this.#messageStream !== undefined) {
      seconds = Math.min(seconds, MAX_STREAM_WAIT_SECONDS);
    }
    this.#deadline.set(Math.max(MIN_SENDING_SECONDS, seconds));
  }

  /** Sends what is left, reports the end to Dagster, and returns how the launcher is to end. */
  async #close(status: ExitStatus | undefined): Promise<ExitStatus> {
    if (this.#watchdog.isTimedOut) this.#limitTime();
    // Now, or while something is being sent.
    this.#watchdog.cancelled.then(() => this.#limitTime());
    this.#outputs?.stdout.finish();
    this.#outputs?.stderr.finish();
    await this.#folder?.finish(this.#deadline.signal).catch((error) => this.#fail(error));
    const outcome = {
      status,
      watchdog: this.#watchdog,
      messages: this.#messages,
      stderrTail: this.#options.hasStderrTail === false ? "" : this.#outputs?.stderr.tail ?? "",
    };
    const exception = this.#failure === undefined
      ? launcherException(outcome)
      : errorException(this.#failure.error);
    if (this.#channel !== undefined) {
      this.#send(closedLine(exception));
      if (!this.#watchdog.isEnding) this.#limitTime();
      const closing = Promise.resolve(this.#channel.close(this.#deadline.signal));
      await this.#deadline.wait(closing).catch((error) => this.#fail(error));
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return launcherStatus(outcome);
  }

  /** Keeps the first error, which `run` throws in the end. */
  #fail(error: unknown): undefined {
    this.#failure ??= { error };
  }
}

async function loadContextText(loader: PipesContextLoader, params: PipesParams): Promise<string> {
  const context = await loader.loadContext(params);
  return typeof context === "string" ? context : asciiJson(copyRecordArgument(context, "context"));
}
