import {
  type ConsoleStyle,
  type ConsoleWords,
  messageText,
  methodText,
  traceText,
} from "./console_text.ts";
import { nodeProcess } from "./node.ts";

/** How Deno's console words what it prints, by Deno's own inspection of a value. */
export function denoConsole(inspect: (value: unknown, options?: unknown) => string): ConsoleStyle {
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
    table: drawnTable,
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

/** A table as Node's console draws it: Deno's aligns its columns otherwise. */
function drawnTable(data: object, columns: unknown): string {
  const process = nodeProcess();
  const { Writable } = process.getBuiltinModule("node:stream");
  const { Console } = process.getBuiltinModule("node:console");
  let drawn = "";
  const stdout = new Writable({
    decodeStrings: false,
    write: (text, _, done) => {
      drawn += text;
      done();
    },
  });
  const names = Array.isArray(columns) ? columns.map(String) : undefined;
  new Console({ stdout, colorMode: false }).table(data, names);
  return drawn;
}
