import { PipesEnvVarParamsLoader } from "../params/env.ts";
import { openedLine } from "../protocol/framing.ts";
import type { PipesParams } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { PipesDefaultMessageWriter } from "../writers/default.ts";
import type {
  PipesMessageWriter,
  PipesMessageWriterChannel,
} from "../writers/writer.ts";
import type { SessionHooks } from "./context.ts";
import { SessionEnding } from "./ending.ts";
import { printNotice } from "./notice.ts";
import type { PipesOptions } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/**
 * Opens a session: finds the parameters, opens the messages and writes the first one, reads the context.
 *
 * Dagster is told first of all that the process is there. What is needed only after that is loaded only after that.
 */
export async function openSession<E>(
  options: PipesOptions<E>,
  hooks: SessionHooks,
): Promise<PipesContext<E>> {
  const paramsLoader = options.paramsLoader ?? new PipesEnvVarParamsLoader();
  if (!paramsLoader.isDagsterPipesProcess()) {
    const { startStandalone } = await import("./start.ts");
    return await startStandalone(options, hooks);
  }

  const channel = await openChannel(
    options,
    await paramsLoader.loadMessagesParams(),
  );
  const ending = new SessionEnding(channel, hooks.onClosed);
  try {
    ending.watch(
      currentRuntime(),
      options.handleSignals ?? true,
      options.graceSeconds ?? 10,
    );
    const { startSession } = await import("./start.ts");
    const params = await paramsLoader.loadContextParams();
    return await startSession(options, params, channel, ending, hooks);
  } catch (error) {
    await closeFailed(ending, error);
    throw error;
  }
}

async function openChannel<E>(
  options: PipesOptions<E>,
  params: PipesParams,
): Promise<PipesMessageWriterChannel> {
  const writer: PipesMessageWriter = options.messageWriter ??
    new PipesDefaultMessageWriter();
  const channel = await writer.open(params);
  try {
    channel.writeMessage(openedLine(await openedExtrasText(writer)));
    return channel;
  } catch (error) {
    await channel.close();
    throw error;
  }
}

/** What a message writer of the user's own has to tell its reader. */
async function openedExtrasText(
  writer: PipesMessageWriter,
): Promise<string | undefined> {
  const extras = writer.getOpenedExtras?.();
  if (extras === undefined || extras === null) return undefined;
  const { recordText } = await import("./start.ts");
  return recordText(extras, "extras");
}

/** Tells Dagster why the session could not be opened. What fails here must not hide that. */
async function closeFailed(
  ending: SessionEnding,
  error: unknown,
): Promise<void> {
  try {
    await ending.close([error]);
  } catch (closeError) {
    printNotice(
      `Cannot tell Dagster that the session could not be opened: ${closeError}`,
    );
  }
}
