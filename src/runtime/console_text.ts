import type { StdioStream } from "./runtime.ts";

/** How the console of a runtime words what it prints. Where that throws, its methods may as well. */
export interface ConsoleStyle {
  /**
   * What a method prints that depends on nothing but its arguments; `undefined` where it prints
   * nothing.
   */
  text(method: string, args: readonly unknown[]): string | undefined;
  /** What a timer prints. */
  timer(label: string, milliseconds: number, args: readonly unknown[]): string;
  /** What a trace prints, given the stack of its caller. */
  trace(args: readonly unknown[], frames: readonly string[]): string;
  /** A text as it stands in a group. */
  indented(text: string, indent: string, method: string, args: readonly unknown[]): string;
  /** Where a method prints to. */
  streamOf(method: string): StdioStream;
  /** Whether a method prints by another one of the same console. */
  printsByAnother(method: string): boolean;
}

/** What differs between consoles that each make their texts in ways of their own. */
export interface ConsoleWords {
  /** Finds a directive: its kind is group 1, what stands behind a doubled `%` group 2. */
  readonly directive: RegExp;
  /**
   * Whether strings behind the first argument may have directives too, and a doubled `%` counts only
   * while there are values left.
   */
  readonly isGreedy: boolean;
  /** The text of a directive with its value; `undefined` leaves it as it is. */
  fill(kind: string, value: unknown): string | undefined;
  /** The text of a value that no directive takes. */
  show(value: unknown, options?: unknown): string;
  /** The message of a failed assertion. */
  assertion(args: readonly unknown[]): readonly unknown[];
  /** A table of the fields of an object. */
  table(data: object, columns: unknown): string;
}

/** What a method prints, in the words of a console; `undefined` where it prints nothing. */
export function methodText(
  method: string,
  args: readonly unknown[],
  words: ConsoleWords,
): string | undefined {
  const [first, second] = args;
  switch (method) {
    case "assert":
      return first ? undefined : messageText(words.assertion(args.slice(1)), words);
    case "dir":
      return words.show(first, second);
    case "table":
      if (typeof first !== "object" || first === null) return messageText([first], words);
      return words.table(first, second).replace(/\n$/, "");
    case "group":
    case "groupCollapsed":
      if (args.length > 0) break;
      return undefined;
    case "groupEnd":
      return undefined;
  }
  return messageText(args, words);
}

/** The text of a message: directives such as `%s` are filled in. */
export function messageText(args: readonly unknown[], words: ConsoleWords): string {
  const { directive, isGreedy } = words;
  const texts: string[] = [];
  for (let next = 0; next < args.length;) {
    const arg = args[next++];
    if (typeof arg !== "string") texts.push(words.show(arg));
    else if (next === args.length || (next > 1 && !isGreedy)) texts.push(arg);
    else {
      texts.push(arg.replace(directive, (whole: string, kind?: string, behind?: string) => {
        if (next >= args.length && (isGreedy || kind !== undefined)) return whole;
        return kind === undefined ? `%${behind}` : words.fill(kind, args[next++]) ?? whole;
      }));
    }
  }
  return texts.join(" ");
}

/** What a trace prints, but on Bun. */
function traceText(message: string, frames: readonly string[]): string {
  return [message === "" ? "Trace" : `Trace: ${message}`, ...frames].join("\n");
}

/** The text of a value where all else fails. */
export function fallbackText(value: unknown): string {
  try {
    return typeof value === "object" || typeof value === "function"
      ? Object.prototype.toString.call(value)
      : String(value);
  } catch {
    // A proxy that was revoked.
    return `[${typeof value}]`;
  }
}

/** How Deno's console words what it prints, by Deno's own way to show a value and one to draw tables. */
export function denoConsole(
  inspect: (value: unknown, options?: unknown) => string,
  table: ConsoleWords["table"],
): ConsoleStyle {
  const show = (value: unknown, options?: unknown): string =>
    typeof value === "string" ? value : inspect(value, options);
  const words: ConsoleWords = {
    directive: /%(?:([sdifjoOc])|%())/g,
    isGreedy: false,
    show,
    fill(kind, value) {
      switch (kind) {
        case "s":
          return String(value);
        case "d":
        case "i":
          return numberText(value, (text) => Number.parseInt(text));
        case "f":
          return numberText(value, Number.parseFloat);
        case "j":
          return jsonText(value);
        case "c":
          return "";
        default:
          return inspect(value);
      }
    },
    assertion(args) {
      const failed = "Assertion failed";
      if (args.length === 0) return [failed];
      const [first, ...rest] = args;
      return typeof first === "string" ? [`${failed}: ${first}`, ...rest] : [`${failed}:`, ...args];
    },
    table,
  };
  return {
    text: (method, args) => methodText(method, args, words),
    timer: (label, milliseconds, args) =>
      [`${label}: ${Number(milliseconds.toFixed(3))}ms`, ...args.map((arg) => show(arg))].join(" "),
    trace: (args, frames) => traceText(messageText(args, words), frames),
    indented: (text, indent, method) =>
      /^(?:count|time)/.test(method) ? text : text.replace(/^/gm, indent),
    streamOf: (method) => /^(?:warn|error|assert|trace)$/.test(method) ? "stderr" : "stdout",
    printsByAnother: () => false,
  };
}

function numberText(value: unknown, parse: (text: string) => number): string {
  return String(typeof value === "symbol" ? NaN : parse(String(value)));
}

function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof TypeError && /circular/i.test(error.message)) return "[Circular]";
    throw error;
  }
}

/** How Node's console words what it prints: most of it by its own `log`, `warn` and `error`. */
export function nodeConsole({ format, inspect }: {
  format(...args: unknown[]): string;
  inspect(value: unknown, options?: object): string;
}): ConsoleStyle {
  return {
    text: (method, args) =>
      method === "dir"
        ? inspect(args[0], { customInspect: false, ...(args[1] as object | undefined) })
        : format(...args),
    timer: () => "",
    trace: (args, frames) => traceText(format(...args), frames),
    indented: (text) => text,
    streamOf: (method) => /^(?:warn|error|trace)$/.test(method) ? "stderr" : "stdout",
    printsByAnother: (method) => !/^(?:debug|log|info|warn|error|dir|dirxml)$/.test(method),
  };
}
