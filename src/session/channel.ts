import { loadPart } from "../runtime/load_part.ts";
import { captureStdio, pieces } from "../capture/stdio.ts";
import type { PipesMessageWriter, PipesMessageWriterChannel } from "../ports.ts";
import { failedLine, openedLine, streamLine } from "../protocol/framing.ts";
import type { PipesParams } from "../protocol/types.ts";
import { printIfFails } from "../runtime/notice.ts";
import { requireChannel } from "./options.ts";

/** A channel on which Dagster was told that the process is there. */
export interface OpenedChannel {
  readonly channel: PipesMessageWriterChannel;
  /** Sends what the process prints no longer. Throws the first failure to send it. */
  endCapture(): void;
}

/** What else is to happen when a channel is opened. */
export interface OpenChannelOptions {
  /** Whether what this process prints may be sent at all. Default: true. */
  readonly capturesStdio?: boolean;
  /** Called right before Dagster is told that the process is there. */
  readonly beforeOpened?: () => void;
  /** Waits for the first message, where it takes its time. Default: to its end. */
  readonly waitFor?: (sending: PromiseLike<void>) => Promise<void>;
}

/**
 * Opens the way to Dagster: opens the writer's channel, writes `opened`, and begins to send what
 * this process prints where the params ask for it.
 */
export async function openChannel(
  writer: PipesMessageWriter,
  params: PipesParams,
  { capturesStdio = true, beforeOpened, waitFor }: OpenChannelOptions = {},
): Promise<OpenedChannel> {
  const channel = await writer.open(params);
  requireChannel(channel);
  try {
    const extras = await openedExtrasText(writer);
    beforeOpened?.();
    channel.writeMessage(openedLine(extras));
    const sending = channel.flush?.();
    if (sending !== undefined) await (waitFor?.(sending) ?? sending);
  } catch (error) {
    // What could not be sent now is not tried again.
    const noTime = AbortSignal.abort(error);
    await printIfFails("Cannot close the messages", () => channel.close(noTime));
    throw error;
  }
  try {
    const endCapture = capturesStdio && asksForStdio(params) ? sendStdio(channel) : () => {};
    return { channel, endCapture };
  } catch (error) {
    await closeFailed({ channel, endCapture() {} }, error);
    throw error;
  }
}

/** What a message writer of the user's own has to tell its reader. */
async function openedExtrasText(writer: PipesMessageWriter): Promise<string | undefined> {
  const extras = writer.getOpenedExtras?.();
  if (extras === undefined || extras === null) return undefined;
  const { recordText } = await loadPart(() => import("./start.ts"));
  return recordText(extras, "extras");
}

/** Tells Dagster that a session failed of which nothing but its channel is there yet. */
export async function closeFailed(
  { channel, endCapture }: OpenedChannel,
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

/** Whether Dagster wants what the process prints, and it does not go there anyway. */
function asksForStdio(params: PipesParams): boolean {
  return params.include_stdio_in_messages === true && params.stdio === undefined &&
    params.buffered_stdio === undefined;
}

function sendStdio(channel: PipesMessageWriterChannel): () => void {
  return captureStdio((stream, text) => {
    for (const piece of pieces(text)) channel.writeMessage(streamLine(stream, piece));
  });
}
