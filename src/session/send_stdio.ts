import { captureStdio, pieces } from "../capture/stdio.ts";
import type { PipesMessageWriterChannel } from "../ports.ts";
import { streamLine } from "../protocol/reports.ts";
import type { PipesParams } from "../protocol/types.ts";

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
