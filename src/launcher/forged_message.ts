const VERSION_KEY = "__dagster_pipes_version";

/** The key with any of its characters escaped, as JSON allows. */
const ESCAPED_VERSION_KEY = new RegExp(
  [...VERSION_KEY].map((char) => `(?:${char}|\\\\u00${char.charCodeAt(0).toString(16)})`).join(""),
  "i",
);

/** Whether one of Dagster's log readers could take a line, or a part of it, for a message. */
export function looksLikeMessage(line: string): boolean {
  return line.includes(VERSION_KEY) || ESCAPED_VERSION_KEY.test(line);
}

/**
 * Marks a line as output, so that no log reader takes it for a message. Some readers also split it
 * at the line ends of Python's `splitlines`.
 */
export function markAsOutput(line: string): string {
  return line.replace(/^|[\p{Cc}\u2028\u2029](?!\n?$)/gu, "$&output: ");
}
