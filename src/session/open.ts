import { PipesEnvVarParamsLoader } from "../loaders/env_params.ts";
import { openedLine } from "../protocol/framing.ts";
import { PipesDefaultMessageWriter } from "../writers/default_message_writer.ts";
import type { PipesMessageWriter } from "../ports.ts";
import type { SessionHooks } from "./session_context.ts";
import { printIfFails } from "../runtime/notice.ts";
import { type PipesOptions, requireChannel, requireParams } from "./options.ts";
import type { PipesContext } from "./pipes_context.ts";

/**
 * Opens a session: finds the parameters, opens the messages and writes the first one.
 *
 * Dagster is told first of all that the process is there. What is needed only after that is loaded
 * only after that.
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

  const writer: PipesMessageWriter = options.messageWriter ?? new PipesDefaultMessageWriter();
  const channel = await writer.open(
    requireParams("loadMessagesParams", await paramsLoader.loadMessagesParams()),
  );
  requireChannel(channel);
  let start: typeof import("./start.ts");
  try {
    channel.writeMessage(openedLine(await openedExtrasText(writer)));
    start = await import("./start.ts");
  } catch (error) {
    await printIfFails("Cannot close the messages", () => channel.close());
    throw error;
  }
  return await start.startSession(options, paramsLoader, channel, hooks);
}

/** What a message writer of the user's own has to tell its reader. */
async function openedExtrasText(writer: PipesMessageWriter): Promise<string | undefined> {
  const extras = writer.getOpenedExtras?.();
  if (extras === undefined || extras === null) return undefined;
  const { recordText } = await import("./start.ts");
  return recordText(extras, "extras");
}
