import { isRecord } from "../../json/kinds.ts";
import { failedLine } from "../../protocol/messages.ts";
import { utf8Length } from "./message_buffer.ts";

/** The `closed` message in at most so many bytes: with the start of the exception's message only. */
export function shortClosedLine(line: string, maxMessageBytes: number): string {
  if (utf8Length(line) <= maxMessageBytes) return line;
  const closed: unknown = JSON.parse(line);
  const exception = isRecord(closed) && isRecord(closed.params) && closed.params.exception;
  const { name, message } = isRecord(exception) ? exception : {};
  const note = `The exception is too long to send: ${line.length} bytes. It starts: `;
  const roomBytes = maxMessageBytes - failedLine(note).length;
  // In ASCII, JSON takes at most 6 bytes for a character.
  return failedLine(note + `${name}: ${message}`.slice(0, Math.max(0, Math.floor(roomBytes / 6))));
}
