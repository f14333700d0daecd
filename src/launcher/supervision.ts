import { asciiJson } from "../json/ascii_json.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import type { PipesContextLoader, PipesMessageWriterChannel } from "../ports.ts";
import { executeCommand } from "../process/execute_command.ts";
import type { ExitStatus } from "../process/exit_status.ts";
import { Watchdog } from "../process/watchdog.ts";
import { copyRecordArgument } from "../protocol/argument.ts";
import { closedLine } from "../protocol/reports.ts";
import {
  DAGSTER_PIPES_CONTEXT,
  DAGSTER_PIPES_MESSAGES,
  encodeParams,
} from "../protocol/params_codec.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { openChannel } from "../session/channel.ts";
import { closeInTime } from "../session/end/deadline.ts";
import { requireParams } from "../session/options.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import { ChildSessions } from "./child_sessions.ts";
import { MessageRelay } from "./message_relay.ts";
import { OutputRelay } from "./output_relay.ts";
import {
  checkSuperviseOptions,
  type SuperviseOptions,
  type Transport,
} from "./supervise_options.ts";
import {
  type CommandOutcome,
  errorException,
  launcherException,
  launcherStatus,
} from "./verdict.ts";

/**
 * Owns the session with Dagster for a command: scripts that use Pipes, or any other program. Reports
 * the end of the command, whatever it is.
 */
export class Supervision {
  readonly #options: SuperviseOptions;
  readonly #transport: Transport;
  readonly #watchdog: Watchdog;
  #channel: PipesMessageWriterChannel | undefined;
  #messages: MessageRelay | undefined;
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
      this.#watchdog.stop();
    }
  }

  async #execute(): Promise<ExitStatus | undefined> {
    const { paramsLoader = new PipesEnvVarParamsLoader() } = this.#transport;
    let messagesParams: PipesParams = {};
    let env: Readonly<Record<string, string>> = {};
    if (paramsLoader.isDagsterPipesProcess()) {
      // Missing params of the context are an error here as they would be in a script.
      const contextParams = requireParams(
        "loadContextParams",
        await paramsLoader.loadContextParams(),
      );
      messagesParams = requireParams("loadMessagesParams", await paramsLoader.loadMessagesParams());
      const writer = this.#transport.messageWriter ?? new PipesDefaultMessageWriter();
      this.#channel = await openChannel(writer, messagesParams);
      env = await this.#relayMessages(contextParams);
    }
    if (this.#watchdog.cancelledBy !== undefined) return undefined;
    return await executeCommand({
      command: this.#options.command,
      env,
      outputs: this.#relayOutputs(messagesParams),
      watchdog: this.#watchdog,
      onOutputFailure: (error) => this.#fail(error),
    });
  }

  /** Starts to pass messages on. Returns the variables that sessions of the command need for it. */
  async #relayMessages(contextParams: PipesParams): Promise<Record<string, string>> {
    const { paramsLoader, contextLoader } = this.#transport;
    this.#messages = new MessageRelay((line) => {
      // What was printed before a message comes before it.
      this.#outputs?.stdout.flush();
      this.#outputs?.stderr.flush();
      this.#send(line);
    });
    const { folder } = this.#messages;
    folder.startPolling();
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

  #relayOutputs(messagesParams: PipesParams): Readonly<Record<StdioStream, OutputRelay>> {
    const messageStream = messagesParams.stdio ?? messagesParams.buffered_stdio;
    const relay = (stream: StdioStream): OutputRelay => {
      const options = {
        level: this.#channel === undefined ? undefined : this.#options.logLevels?.[stream],
        isSentAsText: messagesParams.include_stdio_in_messages === true,
        hasMessages: messageStream === stream,
      };
      return new OutputRelay(stream, options, (line) => this.#send(line));
    };
    return this.#outputs = { stdout: relay("stdout"), stderr: relay("stderr") };
  }

  /** Sends a message to Dagster. One that is lost makes the launcher fail. */
  #send(line: string): void {
    this.#attempt(() => this.#channel?.writeMessage(line));
  }

  /** Sends what is left, reports the end to Dagster, and returns how the launcher is to end. */
  async #close(status: ExitStatus | undefined): Promise<ExitStatus> {
    this.#attempt(() => this.#outputs?.stdout.finish());
    this.#attempt(() => this.#outputs?.stderr.finish());
    this.#attempt(() => this.#messages?.folder.finish());
    const outcome: CommandOutcome = {
      status,
      watchdog: this.#watchdog,
      sessions: this.#messages?.sessions ?? new ChildSessions(),
      messagesProblem: this.#messages?.problem,
      stderrTail: this.#options.hasStderrTail === false ? "" : this.#outputs?.stderr.tail ?? "",
    };
    const exception = this.#failure === undefined
      ? launcherException(outcome)
      : errorException(this.#failure.error);
    if (this.#channel !== undefined) {
      this.#send(closedLine(exception));
      const isCancelled = this.#watchdog.cancelledBy !== undefined;
      await closeInTime(this.#channel, isCancelled).catch((error) => this.#fail(error));
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return launcherStatus(outcome);
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
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
