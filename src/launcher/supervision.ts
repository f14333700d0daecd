import { loadPart } from "../runtime/load_part.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import type { PipesContextLoader } from "../ports.ts";
import { closedLine } from "../protocol/framing.ts";
import { withLauncher } from "../protocol/launcher_params.ts";
import {
  DAGSTER_PIPES_CONTEXT,
  DAGSTER_PIPES_MESSAGES,
  encodeParams,
} from "../protocol/params_codec.ts";
import type { PipesParams, WireException } from "../protocol/types.ts";
import type { ChildEnd } from "../process/child_process.ts";
import { currentRuntime } from "../runtime/current.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { openChannel, type OpenedChannel } from "../session/channel.ts";
import type { closeInTime } from "../session/end/deadline.ts";
import { requireParams } from "../session/options.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import { ChildSessions } from "./child_sessions.ts";
import { runCommand } from "../process/command_run.ts";
import { OutputCopy } from "./output.ts";
import { Relay } from "./relay.ts";
import type { SuperviseOptions, SuperviseResult } from "./supervise_options.ts";
import { type CommandEnd, exceptionOf, resultOf, wireException } from "./verdict.ts";
import { Watch } from "../process/watch.ts";

/**
 * Owns the session with Dagster for a command that may be anything: scripts that use Pipes, whose
 * messages are handed on, or programs that know nothing of it. Whatever way the command ends,
 * Dagster is told.
 */
export class Supervision {
  readonly #options: SuperviseOptions;
  readonly #watch: Watch;
  #opened: OpenedChannel | undefined;
  #relay: Relay | undefined;
  #copies: readonly OutputCopy[] = [];
  #failure: unknown;
  #closeChannel: typeof closeInTime = async (channel) => await channel.close();

  constructor(options: SuperviseOptions) {
    this.#options = options;
    this.#watch = new Watch(options.timeoutSeconds, options.graceSeconds);
  }

  async run(): Promise<SuperviseResult> {
    // First of all: a signal that nobody takes would leave a session, a folder or a child behind.
    this.#watch.listen(currentRuntime());
    try {
      return await this.#runInSession();
    } finally {
      this.#watch.stop();
    }
  }

  async #runInSession(): Promise<SuperviseResult> {
    const { paramsLoader = new PipesEnvVarParamsLoader() } = this.#options.channel ?? {};
    let messages: PipesParams = {};
    let env: Readonly<Record<string, string>> = {};
    let end: ChildEnd | undefined;
    try {
      if (paramsLoader.isDagsterPipesProcess()) {
        // A context that cannot be found is as much an error here as it would be in a script.
        const context = requireParams("loadContextParams", await paramsLoader.loadContextParams());
        messages = requireParams("loadMessagesParams", await paramsLoader.loadMessagesParams());
        this.#opened = await this.#openChannel(messages);
        env = await this.#openRelay(context);
      }
      if (this.#watch.cancelledBy === undefined) end = await this.#runCommand(env, messages);
    } catch (error) {
      this.#failure ??= error;
    }
    return await this.#close(end);
  }

  async #openChannel(messages: PipesParams): Promise<OpenedChannel> {
    const { messageWriter } = this.#options.channel ?? {};
    if (messageWriter !== undefined) {
      // The channel of the default writer closes at once.
      const { closeInTime } = await loadPart(() => import("../session/end/deadline.ts"));
      this.#closeChannel = closeInTime;
    }
    const writer = messageWriter ?? new PipesDefaultMessageWriter();
    return await openChannel(writer, messages, { capturesStdio: false });
  }

  /** Makes the place where the command's messages go. Gives what the command is to know of it. */
  async #openRelay(context: PipesParams): Promise<Record<string, string>> {
    const { paramsLoader, contextLoader } = this.#options.channel ?? {};
    const relay = this.#relay = new Relay((line) => {
      // What was printed before a message is to stand before it.
      for (const copy of this.#copies) copy.flush();
      this.#send(line);
    });
    const { folder } = relay;
    const encode = (params: PipesParams) => encodeParams(params, currentRuntime().deflate);
    const launcher = {
      folder: folder.path,
      pid: currentRuntime().processId(),
      hasContextFile: contextLoader !== undefined,
    };
    const env: Record<string, string> = {
      [DAGSTER_PIPES_MESSAGES]: await encode(withLauncher({ path: folder.sharedFile }, launcher)),
    };
    if (contextLoader !== undefined) {
      const path = folder.write("context", await contextText(contextLoader, context));
      env[DAGSTER_PIPES_CONTEXT] = await encode({ path });
    } else if (paramsLoader !== undefined) env[DAGSTER_PIPES_CONTEXT] = await encode(context);
    return env;
  }

  async #runCommand(
    env: Readonly<Record<string, string>>,
    messages: PipesParams,
  ): Promise<ChildEnd> {
    const asText = messages.include_stdio_in_messages === true;
    const messageStream = messages.stdio ?? messages.buffered_stdio;
    const copyOf = (stream: StdioStream): OutputCopy => {
      const level = this.#opened === undefined ? undefined : this.#options.logLevels?.[stream];
      const options = { level, asText, hasMessages: messageStream === stream };
      return new OutputCopy(stream, options, (line) => this.#send(line));
    };
    const outputs = { stdout: copyOf("stdout"), stderr: copyOf("stderr") };
    this.#copies = [outputs.stdout, outputs.stderr];
    const running = runCommand({
      command: this.#options.command,
      env,
      outputs,
      watch: this.#watch,
      onOutputFailure: (error) => this.#failure ??= error,
    });
    // Only now that the command starts: to load its timers takes Deno 4 ms.
    this.#relay?.start();
    return await running;
  }

  /** Sends a message. One that cannot be sent makes the end a failure. */
  #send(line: string): void {
    try {
      this.#opened?.channel.writeMessage(line);
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /** Tells Dagster of the end, and says what to end as. */
  async #close(end: ChildEnd | undefined): Promise<SuperviseResult> {
    // Of a stream whose time was up, half a line may be left.
    for (const part of [...this.#copies, this.#relay]) {
      try {
        await part?.finish();
      } catch (error) {
        this.#failure ??= error;
      }
    }
    const command: CommandEnd = {
      end,
      watch: this.#watch,
      sessions: this.#relay?.sessions ?? new ChildSessions(),
      messagesProblem: this.#relay?.problem,
      lastLines: this.#options.hasStderrTail === false ? "" : this.#copies[1]?.lastLines ?? "",
    };
    await this.#sendClosed(
      this.#failure === undefined ? exceptionOf(command) : wireException(this.#failure),
    );
    if (this.#failure !== undefined) throw this.#failure;
    return resultOf(command);
  }

  async #sendClosed(exception: WireException | undefined): Promise<void> {
    if (this.#opened === undefined) return;
    const { channel } = this.#opened;
    this.#send(closedLine(exception));
    try {
      await this.#closeChannel(channel, this.#watch.cancelledBy !== undefined);
    } catch (error) {
      this.#failure ??= error;
    }
  }
}

async function contextText(loader: PipesContextLoader, params: PipesParams): Promise<string> {
  const context = await loader.loadContext(params);
  if (typeof context === "string") return context;
  const { recordText } = await loadPart(() => import("../protocol/argument.ts"));
  return recordText(context, "context");
}
