import { nodeProcess } from "../runtime/node/process_global.ts";
import { replaceMethod, stopAll } from "../runtime/replace_method.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { systemErrorCode } from "../runtime/system_error.ts";

/** A method of `console` that prints a plain message. */
export type PlainMethod = "debug" | "log" | "info" | "warn" | "error";

/** The methods of `console` that affect what is printed, and the plain one at the same level. */
const PLAIN_METHODS = {
  debug: "debug",
  log: "log",
  info: "info",
  warn: "warn",
  error: "error",
  assert: "warn",
  count: "log",
  countReset: "log",
  dir: "log",
  dirxml: "log",
  group: "log",
  groupCollapsed: "log",
  groupEnd: "log",
  table: "log",
  time: "log",
  timeEnd: "log",
  timeLog: "log",
  trace: "error",
} as const satisfies Readonly<Record<string, PlainMethod>>;

type ConsoleMethod = keyof typeof PLAIN_METHODS;

/** A text that a call of `console` is about to print. */
export interface ConsoleText {
  /** The plain method that prints at the level of the one that was called. */
  readonly method: PlainMethod;
  readonly stream: StdioStream;
  /** The text, without the line end that follows it. */
  readonly text: string;
  /** The same without the indentation of groups. */
  readonly message: string;
  print(): void;
}

type Print = (...args: never[]) => unknown;

/**
 * Passes each text that the global `console` prints to a listener, which prints it.
 *
 * Node's `Console`, which all three runtimes have, makes the texts, and the runtime's own `console`
 * prints them. So the listener receives what is printed, and a `console` that something else
 * replaced before still receives each text.
 *
 * @param onUnseen Called with `"console"` if a method cannot be replaced.
 * @returns A function that restores the console.
 */
export function teeConsole(
  listener: (text: ConsoleText) => void,
  onUnseen: (owner: string) => void,
): () => void {
  const target: Record<ConsoleMethod, Print> = console;
  // Deno fails to load Node's modules if `console` is frozen, and Bun takes `Console` from there.
  const process = Object.isExtensible(target) ? nodeProcess() : undefined;
  const Console = process?.getBuiltinModule("node:console").Console;
  if (process === undefined || Console === undefined) {
    onUnseen("console");
    return () => {};
  }
  const { Writable } = process.getBuiltinModule("node:stream");
  const { format } = process.getBuiltinModule("node:util");
  const originals: Partial<Record<ConsoleMethod, Print>> = {};
  let method: PlainMethod = "log";
  let groups = 0;

  const writable = (stream: StdioStream): NodeJS.WritableStream =>
    new Writable({
      decodeStrings: false,
      write(line: string, _, done) {
        const text = line.slice(0, -1);
        const indent = new RegExp(`^ {${2 * groups}}`, "gm");
        const original = originals[method];
        const print = (): void => {
          if (original !== undefined) Reflect.apply(original, target, ["%s", text]);
        };
        listener({ method, stream, text, message: text.replace(indent, ""), print });
        done();
      },
    });
  const printing = new Console({
    stdout: writable("stdout"),
    stderr: writable("stderr"),
    colorMode: false,
  });

  const teeMethod = (name: ConsoleMethod): () => void =>
    replaceMethod(target, name, (original, caller) => {
      originals[name] = original;
      return (...args: unknown[]) => {
        const outer = method;
        method = PLAIN_METHODS[name];
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
    }, () => onUnseen("console"));
  const names = Object.keys(PLAIN_METHODS) as ConsoleMethod[];
  return stopAll(names.map(teeMethod));
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
