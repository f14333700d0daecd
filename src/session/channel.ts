import { captureStdio, pieces } from "../capture/stdio.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import { failedLine, openedLine, streamLine } from "../protocol/framing.ts";
import type { PipesParams } from "../protocol/types.ts";
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
    const line = openedLine(writer.getOpenedExtras?.() ?? undefined);
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

/**
 * Sends what this process prints, if Dagster asks for that and does not see it anyway.
 *
 * @returns A function that ends this. It throws the first failure to send.
 */
export function sendStdio(channel: PipesMessageWriterChannel, params: PipesParams): () => void {
  const isAskedFor = params.include_stdio_in_messages === true && params.stdio === undefined &&
    params.buffered_stdio === undefined;
  if (!isAskedFor) return () => {};
  return captureStdio((stream, text) => {
    for (const piece of pieces(text)) channel.writeMessage(streamLine(stream, piece));
  });
}

/** Reports that a session failed before there was more of it than its channel. */
export async function closeFailed(
  channel: PipesMessageWriterChannel,
  endCapture: () => void,
  error: unknown,
): Promise<void> {
  const what = "Cannot tell Dagster that the session could not be opened";
  await printIfFails(what, endCapture);
  await printIfFails(what, async () => {
    try {
      channel.writeMessage(failedLine(String(error)));
    } finally {
      await channel.close();
    }
  });
}
