import { DagsterPipesError } from "../errors.ts";
import { PipesEnvVarParamsLoader } from "../loaders/params_loaders.ts";
import type {
  PipesContextLoader,
  PipesMessageWriter,
  PipesMessageWriterChannel,
  PipesParamsLoader,
} from "../ports.ts";
import { failedLine, openedLine } from "../protocol/messages.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { loadPart } from "../runtime/load_part.ts";
import { printIfFails } from "../runtime/notice.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import { Cancellation } from "./end/cancellation.ts";
import { type PipesOptions, requireChannel, requireParams } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";
import type { SessionHooks } from "./session_context.ts";

/** The context as a loader returned it. */
export interface LoadedContext {
  readonly params: PipesParams;
  /** JSON text or an object, if the loader is correct. */
  readonly source: unknown;
}

/**
 * Opens a session: finds the parameters, opens the messages, and writes the first one.
 *
 * The code that is needed only after that is loaded only after that: in one chunk, the time to
 * `opened` would be 3 ms longer on Deno and Node and 1.4 ms on Bun, beyond the budget of a script by
 * hand on `node:` modules.
 */
export async function openSession<E>(
  options: PipesOptions<E>,
  hooks: SessionHooks,
): Promise<PipesContext<E>> {
  const loadStart = () => loadPart(() => import("./start.ts"));
  const { contextLoader, handleSignals = true } = options;
  const envLoader = new PipesEnvVarParamsLoader();
  const isCustom = options.paramsLoader !== undefined || options.messageWriter !== undefined;
  // A launcher owns the session with Dagster. The default loader and writer go through it anyway.
  const ports = isCustom && !await isUnderLauncher(envLoader) ? options : {};
  const { paramsLoader = envLoader, messageWriter = new PipesDefaultMessageWriter() } = ports;
  if (!paramsLoader.isDagsterPipesProcess()) {
    return await (await loadStart()).startStandalone(options, hooks);
  }

  // Before anything is written: in a worker, it would get into the messages of the main thread.
  if (handleSignals) requireMainThread();
  const messagesParams = requireParams(
    "loadMessagesParams",
    await paramsLoader.loadMessagesParams(),
  );
  const cancellation = new Cancellation(options.graceSeconds);
  let channel: PipesMessageWriterChannel | undefined;
  let context: Promise<LoadedContext> | undefined;
  const loadContext = (loader: PipesContextLoader): Promise<LoadedContext> =>
    context ??= contextBy(loader, paramsLoader);
  let start: typeof import("./start.ts");
  try {
    channel = await openChannel(messageWriter, messagesParams, {
      // After the first message, a signal must not end the process without a last one.
      beforeOpened() {
        if (handleSignals) cancellation.listen();
      },
      waitFor(sending) {
        // A store needs time for both.
        if (contextLoader !== undefined) {
          // The start awaits it. If the message cannot be sent, only that failure counts.
          loadContext(contextLoader).catch(() => {});
        }
        return cancellation.waitFor(sending);
      },
    });
    start = await loadStart();
  } catch (error) {
    cancellation.unlisten();
    if (channel !== undefined) await closeFailed(channel, error);
    if (cancellation.taken !== undefined) (await loadStart()).endCancelledProcess(cancellation);
    throw error;
  }
  return await start.startSession({
    options,
    messagesParams,
    channel,
    cancellation,
    loadContext,
    hooks,
  });
}

/** What else happens when a channel is opened. */
export interface OpenChannelOptions {
  /** Called right before the first message is written. */
  beforeOpened(): void;
  /** Waits for the first message if its delivery takes time. */
  waitFor(sending: PromiseLike<void>): Promise<void>;
}

/** Opens the writer's channel, and writes the message `opened`. */
export async function openChannel(
  writer: PipesMessageWriter,
  params: PipesParams,
  { beforeOpened, waitFor }: OpenChannelOptions,
): Promise<PipesMessageWriterChannel> {
  const channel = await writer.open(params);
  requireChannel(channel);
  try {
    const extras = writer.getOpenedExtras?.();
    const line = extras === undefined || extras === null
      ? openedLine()
      : openedLine((await loadPart(() => import("./start.ts"))).copyExtras(extras));
    beforeOpened();
    channel.writeMessage(line);
    const sending = channel.flush?.();
    if (sending !== undefined) await waitFor(sending);
  } catch (error) {
    // A message that could not be sent now is not sent again.
    const noTime = AbortSignal.abort(error);
    await printIfFails("Cannot close the messages", () => channel.close(noTime));
    throw error;
  }
  return channel;
}

/** A worker cannot do what a session does at a cancel and at the end of its process. */
function requireMainThread(): void {
  if (currentRuntime().isMainThread()) return;
  throw new DagsterPipesError(
    "unsupported",
    "Cannot open a session in a worker: only the main thread gets signals, sets the exit code, and " +
      "sees the process end. Open it there, and let workers post their reports to it. With " +
      "handleSignals: false a worker may open one, and all of that is left to you",
  );
}

/** Whether messages go through a launcher of this package. */
async function isUnderLauncher(envLoader: PipesParamsLoader): Promise<boolean> {
  try {
    return launcherOf(await envLoader.loadMessagesParams()) !== undefined;
  } catch {
    // No parameter, one for the script's own loader, or no permission to read it.
    return false;
  }
}

async function contextBy(
  contextLoader: PipesContextLoader,
  paramsLoader: PipesParamsLoader,
): Promise<LoadedContext> {
  const params = requireParams("loadContextParams", await paramsLoader.loadContextParams());
  return { params, source: await contextLoader.loadContext(params) };
}

/** Reports that a session failed before there was more of it than its channel. */
async function closeFailed(
  channel: PipesMessageWriterChannel,
  error: unknown,
): Promise<void> {
  const what = "Cannot report to Dagster that the session could not be opened";
  await printIfFails(what, async () => {
    try {
      channel.writeMessage(failedLine(String(error)));
    } finally {
      await channel.close();
    }
  });
}
