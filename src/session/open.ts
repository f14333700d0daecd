import { DagsterPipesError } from "../errors.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import type { PipesContextLoader, PipesMessageWriterChannel, PipesParamsLoader } from "../ports.ts";
import { launcherOf } from "../protocol/launcher_params.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { loadPart } from "../runtime/load_part.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import { closeFailed, openChannel } from "./channel.ts";
import { Cancellation } from "./end/cancellation.ts";
import { requireParams, type SessionOptions } from "./options.ts";
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
  asked: SessionOptions<E>,
  hooks: SessionHooks,
): Promise<PipesContext<E>> {
  const loadStart = () => loadPart(() => import("./start.ts"));
  const options = await throughLauncher(asked);
  const { paramsLoader, contextLoader } = options;
  if (!paramsLoader.isDagsterPipesProcess()) {
    return await (await loadStart()).startStandalone(options, hooks);
  }

  // Before anything is written: in a worker, it would get into the messages of the main thread.
  if (options.handleSignals) requireMainThread();
  const messagesParams = requireParams(
    "loadMessagesParams",
    await paramsLoader.loadMessagesParams(),
  );
  const isGraceGiven = options.given.includes("graceSeconds");
  const cancellation = new Cancellation(isGraceGiven ? options.graceSeconds : undefined);
  let channel: PipesMessageWriterChannel | undefined;
  let context: Promise<LoadedContext> | undefined;
  const loadContext = (loader: PipesContextLoader): Promise<LoadedContext> =>
    context ??= contextBy(loader, paramsLoader);
  let start: typeof import("./start.ts");
  try {
    channel = await openChannel(options.messageWriter, messagesParams, {
      // After the first message, a signal must not end the process without a last one.
      beforeOpened() {
        if (options.handleSignals) cancellation.listen(currentRuntime());
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
    if (cancellation.reason !== undefined) (await loadStart()).endCancelledProcess(cancellation);
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

/**
 * The same options, or those of a session whose messages go through the launcher of this package, if
 * there is one: it owns the session with Dagster.
 */
async function throughLauncher<E>(options: SessionOptions<E>): Promise<SessionOptions<E>> {
  const { given } = options;
  // The default loader and writer go through the launcher anyway.
  if (!given.includes("paramsLoader") && !given.includes("messageWriter")) return options;
  const paramsLoader = new PipesEnvVarParamsLoader();
  try {
    if (launcherOf(await paramsLoader.loadMessagesParams()) === undefined) return options;
  } catch {
    // No parameter, one for the script's own loader, or no permission to read it.
    return options;
  }
  return { ...options, paramsLoader, messageWriter: new PipesDefaultMessageWriter() };
}

async function contextBy(
  contextLoader: PipesContextLoader,
  paramsLoader: PipesParamsLoader,
): Promise<LoadedContext> {
  const params = requireParams("loadContextParams", await paramsLoader.loadContextParams());
  return { params, source: await contextLoader.loadContext(params) };
}
