import { consoleText } from "./console_text.ts";
import { RecordingConsole } from "./recording_console.ts";
import { replaceMethod, startAll } from "./replace_method.ts";
import type { StdioStream } from "./runtime.ts";

/** The methods of `console` that print a message. */
export const CONSOLE_METHODS = ["debug", "log", "info", "warn", "error"] as const;

/** A method of `console` that prints a message. */
export type ConsoleMethod = typeof CONSOLE_METHODS[number];

type Print = (...args: unknown[]) => void;

/** The stream that a method of `console` prints to, on all three runtimes. */
export function streamOf(method: ConsoleMethod): StdioStream {
  return method === "warn" || method === "error" ? "stderr" : "stdout";
}

/**
 * The methods of `console` that print by one of the above, or by no way that can be seen from here.
 */
const OTHER_METHODS: readonly string[] =
  ("assert count countReset dir dirxml group groupCollapsed groupEnd table time timeEnd timeLog " +
    "trace").split(" ");

/** Those of them on which depends what later ones print. */
const CHANGES_STATE = /^(count|group|time)/;

/**
 * Calls a listener for each message that `console` prints, and leaves the printing to it. Where the
 * message is known only by what another method prints, it is printed already. Returns what ends
 * that.
 *
 * @param around Runs such a printing.
 */
export function listenToConsole(
  listener: (
    method: ConsoleMethod,
    args: readonly unknown[],
    print: () => void,
    name: string,
  ) => void,
  around: (print: () => void) => void = (print) => print(),
): () => void {
  const target = globalThis.console as unknown as Record<string, Print>;
  const recorder = new RecordingConsole();
  let seen = 0;
  return startAll([
    ...CONSOLE_METHODS.map((method) => () =>
      replaceMethod(target, method, (original) => (...args) => {
        seen++;
        listener(method, args, () => original.apply(target, args), method);
      })
    ),
    ...OTHER_METHODS.map((method) => () =>
      replaceMethod(target, method, (original) => (...args) => {
        const before = seen;
        around(() => original.apply(target, args));
        const isSeen = seen !== before;
        // Of what is seen already, the recorder has only to keep up with the state.
        if (isSeen && !CHANGES_STATE.test(method)) return;
        const text = recorder.textOf(method, args);
        if (isSeen || text === "") return;
        listener(levelOf(method), [text], () => {}, method);
      })
    ),
  ]);
}

/** What Node's own `console` prints by. */
function levelOf(method: string): ConsoleMethod {
  return method === "assert" ? "warn" : method === "trace" ? "error" : "log";
}

/**
 * Listens to what `console` prints where it prints by no method that could be listened to.
 *
 * @param streams The streams of methods that print elsewhere than on the other runtimes.
 */
export function listenToConsoleOutput(
  listener: (stream: StdioStream, text: string) => void,
  inspect: (value: unknown) => string,
  streams: Readonly<Record<string, StdioStream>> = {},
): () => void {
  return listenToConsole((method, args, print, name) => {
    print();
    const stream = streams[name] ?? streamOf(method);
    listener(stream, `${consoleText(args, inspect)}\n`);
  });
}
