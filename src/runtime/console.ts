import { patch, undoAll } from "./patch.ts";
import type { StdioStream } from "./runtime.ts";

/** The methods of `console` that print a message. */
export const CONSOLE_METHODS = [
  "debug",
  "log",
  "info",
  "warn",
  "error",
] as const;

/** A method of `console` that prints a message. */
export type ConsoleMethod = typeof CONSOLE_METHODS[number];

type Print = (...args: unknown[]) => void;

/** The stream that a method of `console` prints to, on all three runtimes. */
export function streamOf(method: ConsoleMethod): StdioStream {
  return method === "warn" || method === "error" ? "stderr" : "stdout";
}

/** Calls a listener for each message that `console` prints, and leaves the printing to it. Returns what ends that. */
export function onConsole(
  listener: (
    method: ConsoleMethod,
    args: readonly unknown[],
    print: () => void,
  ) => void,
): () => void {
  const target = globalThis.console as unknown as Record<ConsoleMethod, Print>;
  return undoAll(
    CONSOLE_METHODS.map((method) =>
      patch(
        target,
        method,
        (original) => (...args) =>
          listener(method, args, () => original.apply(target, args)),
      )
    ),
  );
}

/** Listens to what `console` prints where it prints by no method that could be listened to. */
export function onConsoleStdio(
  listener: (stream: StdioStream, text: string) => void,
  inspect: (value: unknown) => string,
): () => void {
  return onConsole((method, args, print) => {
    print();
    listener(streamOf(method), `${formatMessage(args, inspect)}\n`);
  });
}

/**
 * The text of a console message: `%s` and its kin in the first argument are filled in, everything that is no string is
 * shown by the runtime's own `inspect`.
 */
export function formatMessage(
  args: readonly unknown[],
  inspect: (value: unknown) => string,
): string {
  const [first, ...rest] = args;
  let used = 0;
  const show = (value: unknown): string =>
    typeof value === "string" ? value : inspect(value);
  if (typeof first !== "string") return args.map(show).join(" ");
  const text = first.replace(/%([sdifjoOc%])/g, (directive, kind: string) => {
    if (kind === "%") return rest.length === 0 ? directive : "%";
    if (used >= rest.length) return directive;
    const value = rest[used++];
    switch (kind) {
      case "s":
        return typeof value === "object" && value !== null
          ? inspect(value)
          : String(value);
      case "d":
        return typeof value === "bigint"
          ? `${value}n`
          : String(typeof value === "symbol" ? NaN : Number(value));
      case "i":
        return String(Number.parseInt(String(value)));
      case "f":
        return String(Number.parseFloat(String(value)));
      case "j":
        return JSON.stringify(value);
      case "c":
        return "";
      default:
        return inspect(value);
    }
  });
  return [text, ...rest.slice(used).map(show)].join(" ");
}
