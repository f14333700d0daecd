import { assert, assertEquals } from "@std/assert";

/** One message as it stood in the messages, numbers as JavaScript reads them. */
export interface Message {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** The lines of messages; each must be whole and end in a newline. */
export function linesOf(raw: string): string[] {
  if (raw === "") return [];
  assert(raw.endsWith("\n"), `the last line is not whole: ${raw.slice(-200)}`);
  return raw.slice(0, -1).split("\n");
}

/**
 * The messages of a text, each checked for its envelope, without those that only lay out the file.
 */
export function messagesOf(raw: string): Message[] {
  return linesOf(raw).map(parseMessage).filter((message) => !isLayout(message));
}

/** What a log message says that goes ahead of a long line of a file. */
export const LONG_LINE_FOLLOWS: RegExp = /^A message of \d+ bytes follows$/;

/**
 * Whether a message only announces a long line of a file: a log message at DEBUG goes ahead of one,
 * so that Dagster's reader rarely sees half of it.
 */
export function isLayout({ method, params }: Message): boolean {
  return method === "log" && params.level === "DEBUG" &&
    LONG_LINE_FOLLOWS.test(String(params.message));
}

/** Parses one line, which must have exactly the three keys of the protocol. */
export function parseMessage(line: string): Message {
  const message = exact(line) as Record<string, unknown>;
  assertEquals(Object.keys(message), ["__dagster_pipes_version", "method", "params"]);
  assertEquals(message.__dagster_pipes_version, "0.1");
  return { method: String(message.method), params: message.params as Record<string, unknown> };
}

/**
 * The messages among the other lines of a stream, as Dagster's readers of log streams pick them.
 */
export function messagesAmong(text: string): Message[] {
  return text.split("\n").filter((line) => line.startsWith('{"__dagster_pipes_version"')).map(
    parseMessage,
  );
}

/** The methods in their order. */
export function methodsOf(messages: readonly Message[]): string[] {
  return messages.map(({ method }) => method);
}

/** The texts of the log messages. */
export function logsOf(messages: readonly Message[]): string[] {
  return messages.filter(({ method }) => method === "log").map(({ params }) =>
    String(params.message)
  );
}

/**
 * Parses JSON without losing how a number was written: every number token, Python's `NaN` included,
 * becomes the string `#token` (so that `3.0` is `"#3.0"`).
 */
export function exact(text: string): unknown {
  const marked = text.replace(
    /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d[\d.eE+-]*/g,
    (token) => token.startsWith('"') ? token : `"#${token}"`,
  );
  return JSON.parse(marked);
}

/**
 * A wire exception; checks that it has exactly the five keys at every depth, and a newline at the
 * end of each stack entry.
 */
export interface WireException {
  readonly message: string;
  readonly stack: readonly string[];
  readonly name: string | null;
  readonly cause: WireException | null;
  readonly context: WireException | null;
}

/**
 * The exception of the last message, which must be `closed`, checked for its shape at every depth.
 */
export function closedException(messages: readonly Message[]): WireException {
  const last = messages.at(-1);
  assertEquals(last?.method, "closed");
  assertEquals(Object.keys(last?.params ?? {}), ["exception"]);
  return checkException(last?.params.exception);
}

/**
 * Checks that a value has the shape of the wire's exception at every depth, and gives it back
 * typed.
 */
export function checkException(value: unknown): WireException {
  for (let at = value; at !== null; at = (at as WireException).cause) {
    const exception = at as WireException;
    assertEquals(Object.keys(exception).sort(), ["cause", "context", "message", "name", "stack"]);
    assertEquals(typeof exception.message, "string");
    assert(exception.name === null || typeof exception.name === "string");
    // Dagster's UI puts a comma between two elements.
    assert(exception.stack.length <= 1, JSON.stringify(exception.stack));
    for (const text of exception.stack) assert(/^[^\n].*\n$/s.test(text), JSON.stringify(text));
    if (exception.context !== null) checkException(exception.context);
  }
  return value as WireException;
}

/** The messages of a text, which must be one session. */
export function sessionOf(raw: string): Message[] {
  const messages = messagesOf(raw);
  assertOneSession(messages);
  return messages;
}

/** Checks that messages are one session: `opened` first, `closed` last, one of each. */
export function assertOneSession(messages: readonly Message[]): void {
  const methods = methodsOf(messages);
  assertEquals(methods.at(0), "opened");
  assertEquals(methods.at(-1), "closed");
  assertEquals(methods.filter((method) => method === "opened").length, 1);
  assertEquals(methods.filter((method) => method === "closed").length, 1);
}
