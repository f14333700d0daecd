import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import { failedLine, openedLine } from "../protocol/messages.ts";
import type { PipesParams } from "../protocol/types.ts";
import { loadPart } from "../runtime/load_part.ts";
import { printIfFails } from "../runtime/notice.ts";
import { requireChannel } from "./options.ts";

/** What else happens when a channel is opened. */
export interface OpenChannelOptions {
  /** Called right before the first message is written. */
  readonly beforeOpened?: (() => void) | undefined;
  /** Waits for the first message if its delivery takes time. By default, until it is delivered. */
  readonly waitFor?: ((sending: PromiseLike<void>) => Promise<void>) | undefined;
}

/** Opens the writer's channel, and writes the message `opened`. */
export async function openChannel(
  writer: PipesMessageWriter,
  params: PipesParams,
  { beforeOpened, waitFor }: OpenChannelOptions = {},
): Promise<PipesMessageWriterChannel> {
  const channel = await writer.open(params);
  requireChannel(channel);
  try {
    const extras = writer.getOpenedExtras?.();
    const line = extras === undefined || extras === null
      ? openedLine()
      : openedLine((await loadPart(() => import("./start.ts"))).copyExtras(extras));
    beforeOpened?.();
    channel.writeMessage(line);
    const sending = channel.flush?.();
    if (sending !== undefined) await (waitFor?.(sending) ?? sending);
  } catch (error) {
    // A message that could not be sent now is not sent again.
    const noTime = AbortSignal.abort(error);
    await printIfFails("Cannot close the messages", () => channel.close(noTime));
    throw error;
  }
  return channel;
}

/** Reports that a session failed before there was more of it than its channel. */
export async function closeFailed(
  channel: PipesMessageWriterChannel,
  error: unknown,
): Promise<void> {
  const what = "Cannot tell Dagster that the session could not be opened";
  await printIfFails(what, async () => {
    try {
      channel.writeMessage(failedLine(String(error)));
    } finally {
      await channel.close();
    }
  });
}
