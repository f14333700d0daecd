import { loadPart } from "../runtime/load_part.ts";
import { PipesEnvVarParamsLoader } from "../loaders/env_params_loader.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import { currentRuntime } from "../runtime/current.ts";
import { CancelSignals } from "./end/cancel_signals.ts";
import { closeFailed, openChannel, type OpenedChannel } from "./channel.ts";
import { askForContext, type ContextAnswer } from "./context_answer.ts";
import { DEFAULTS, type PipesOptions, requireParams } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";
import type { SessionHooks } from "./session_context.ts";

/**
 * Opens a session: finds the parameters, opens the messages and writes the first one.
 *
 * Dagster is told first of all that the process is there. What is needed only after that is loaded
 * only after that.
 */
export async function openSession<E>(
  asked: PipesOptions<E>,
  hooks: SessionHooks,
): Promise<PipesContext<E>> {
  const hasOwnChannel = asked.paramsLoader !== undefined || asked.messageWriter !== undefined;
  const options = hasOwnChannel
    ? await (await loadPart(() => import("./under_launcher.ts"))).withoutOwnChannel(asked)
    : asked;
  const paramsLoader = options.paramsLoader ?? new PipesEnvVarParamsLoader();
  if (!paramsLoader.isDagsterPipesProcess()) {
    const { startStandalone } = await loadPart(() => import("./start.ts"));
    return await startStandalone(options, hooks);
  }

  const messagesParams = requireParams(
    "loadMessagesParams",
    await paramsLoader.loadMessagesParams(),
  );
  const writer = options.messageWriter ?? new PipesDefaultMessageWriter();
  const signals = new CancelSignals();
  let opened: OpenedChannel | undefined;
  let answer: Promise<ContextAnswer> | undefined;
  let start: typeof import("./start.ts");
  try {
    opened = await openChannel(writer, messagesParams, {
      // From the first message on there has to be a last one.
      beforeOpened() {
        if (options.handleSignals ?? DEFAULTS.handleSignals) signals.watch(currentRuntime());
      },
      waitFor(sending) {
        // A store takes its time for each of the two.
        if (options.contextLoader !== undefined) {
          answer = askForContext(options.contextLoader, paramsLoader);
          // Whoever needs it is told. Where the message cannot be sent, that counts alone.
          answer.catch(() => {});
        }
        return signals.waitFor(sending);
      },
    });
    start = await loadPart(() => import("./start.ts"));
  } catch (error) {
    signals.unwatch();
    if (opened !== undefined) await closeFailed(opened, error);
    signals.endProcess(currentRuntime());
    throw error;
  }
  return await start.startSession({
    options,
    paramsLoader,
    opened,
    signals,
    messagesParams,
    hooks,
    answer,
  });
}
