import { nodeProcess } from "../runtime/node/process_global.ts";
import { replaceMethod, startAll } from "../runtime/replace_method.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode } from "../runtime/system_error.ts";

/** The methods of `console` that print, or that change what later ones print. */
const METHODS = [
  "debug",
  "log",
  "info",
  "warn",
  "error",
  "assert",
  "count",
  "countReset",
  "dir",
  "dirxml",
  "group",
  "groupCollapsed",
  "groupEnd",
  "table",
  "time",
  "timeEnd",
  "timeLog",
  "trace",
] as const;

/** A method of `console`. */
export type ConsoleMethod = typeof METHODS[number];

/** A text that a call of `console` is about to print. */
export interface ConsoleText {
  /** The method that was called. */
  readonly method: ConsoleMethod;
  /** Where it prints. */
  readonly stream: StdioStream;
  /** The text, without the line end that follows it. */
  readonly text: string;
  /** The same without the indentation of groups. */
  readonly message: string;
  /** Prints it. */
  print(): void;
}

type Print = (...args: never[]) => unknown;

/**
 * Passes each text that the global `console` prints to a listener, which prints it.
 *
 * The texts are made by Node's `Console`, which all three runtimes have, and the runtime's own
 * `console` prints them. So what the listener receives is what is printed, and a `console` that
 * something else replaced before still receives each call.
 *
 * @param onUnseen Called with the name of each method that cannot be replaced.
 * @returns A function that restores the console.
 */
export function teeConsole(
  listener: (text: ConsoleText) => void,
  onUnseen: (method: string) => void,
): () => void {
  const target: Record<ConsoleMethod, Print> = console;
  // Deno fails to load Node's modules if `console` is frozen, and Bun takes `Console` from there.
  const process = Object.isExtensible(target) ? nodeProcess() : undefined;
  const Console = process?.getBuiltinModule("node:console").Console;
  if (process === undefined || Console === undefined) {
    for (const name of METHODS) onUnseen(`console.${name}`);
    return () => {};
  }
  const { Writable } = process.getBuiltinModule("node:stream");
  const { format } = process.getBuiltinModule("node:util");
  const originals: Partial<Record<ConsoleMethod, Print>> = {};
  let method: ConsoleMethod = "log";
  let groups = 0;

  const take = (stream: StdioStream, line: string): void => {
    const text = line.slice(0, -1);
    const printer = originals[printerOf(method, stream)];
    listener({
      method,
      stream,
      text,
      message: groups === 0 ? text : text.replaceAll(new RegExp(`^ {${2 * groups}}`, "gm"), ""),
      print() {
        if (printer !== undefined) Reflect.apply(printer, target, ["%s", text]);
      },
    });
  };
  const writable = (stream: StdioStream): NodeJS.WritableStream =>
    new Writable({
      decodeStrings: false,
      write(line: string, _, done) {
        take(stream, line);
        done();
      },
    });
  const printing = new Console({
    stdout: writable("stdout"),
    stderr: writable("stderr"),
    colorMode: false,
  });

  return startAll(METHODS.map((name) => () =>
    replaceMethod(target, name, (original, caller) => {
      originals[name] = original;
      return (...args: unknown[]) => {
        const outer = method;
        method = name;
        try {
          if (name === "trace") printing.error(traceText(format(...args), caller));
          else if (name === "assert") printUnless(printing, args);
          else if (name === "table") printTable(printing, args);
          else Reflect.apply(printing[name], printing, args);
        } finally {
          method = outer;
        }
        if (name === "groupEnd") groups = Math.max(0, groups - 1);
        else if (name.startsWith("group")) groups++;
      };
    }, () => onUnseen(`console.${name}`))
  ));
}

/** Returns the method that prints a text as it is, at the level of the one that was called. */
function printerOf(method: ConsoleMethod, stream: StdioStream): ConsoleMethod {
  if (method === "debug" || method === "info" || method === "warn") return method;
  return stream === "stdout" ? "log" : "error";
}

/** Prints a failed assertion. The `assert` of Deno's and Bun's `Console` throws for some values. */
function printUnless(printing: Console, [condition, ...args]: readonly unknown[]): void {
  if (condition) return;
  const [first, ...rest] = args;
  if (typeof first === "string") printing.warn(`Assertion failed: ${first}`, ...rest);
  else printing.warn(args.length > 0 ? "Assertion failed:" : "Assertion failed", ...args);
}

/** Prints a table. The `table` of Bun's `Console` throws for cells that are objects. */
function printTable(printing: Console, args: unknown[]): void {
  try {
    Reflect.apply(printing.table, printing, args);
  } catch (error) {
    // Node's errors of wrong arguments have a code.
    if (systemErrorCode(error) !== "") throw error;
    printing.log(args[0]);
  }
}

/** Returns the text of `console.trace`, whose stack starts with the caller in the script. */
function traceText(message: string, caller: Print): string {
  const trace: { stack?: string } = {};
  Error.captureStackTrace(trace, caller);
  // Bun adds a frame without a place for the method that was called.
  const frames = trace.stack?.split("\n").filter((line) => /^\s+at (?!unknown$)/.test(line)) ?? [];
  return [message === "" ? "Trace" : `Trace: ${message}`, ...frames].join("\n");
}
