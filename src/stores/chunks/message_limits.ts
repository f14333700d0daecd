import { DagsterPipesError } from "../../errors.ts";

/** What to do about too many messages. */
export const TOO_MANY_ADVICE =
  "Dagster takes 100 to 1,000 messages a second: report less, or more in one message";

const BYTES_PER_MB = 1024 * 1024;

/** Refuses a message that is longer than Dagster's reader can take. */
export function requireShortMessage(messageBytes: number, maxMessageBytes: number): void {
  if (messageBytes <= maxMessageBytes) return;
  throw new DagsterPipesError(
    "invalid_value",
    `Cannot send a message of ${messageBytes} bytes: Dagster's reader takes at most ${maxMessageBytes} bytes here. ` +
      "Report less in one message",
  );
}

/** Messages that wait to be sent. */
export interface UnsentMessages {
  readonly messages: number;
  readonly bytes: number;
  /** Returns the name of the chunk that they wait for. */
  readonly chunkName: () => string;
}

/** Refuses a message if too many bytes wait already. */
export function requireRoom(
  messageBytes: number,
  { messages, bytes, chunkName }: UnsentMessages,
  maxUnsentBytes: number,
): void {
  if (bytes + messageBytes <= maxUnsentBytes) return;
  const unsent = `${messages} messages, ${Math.round(bytes / BYTES_PER_MB)} MB`;
  throw new DagsterPipesError(
    "messages_unavailable",
    `Cannot take another message: ${unsent}, wait to be sent to ${chunkName()}, and the option maxUnsentBytes ` +
      `allows only ${maxUnsentBytes} bytes. ${TOO_MANY_ADVICE}`,
  );
}
