import { listenToConsoleOutput } from "../console_listener.ts";
import { type ConsoleStyle, type ConsoleWords, messageText, methodText } from "../console_text.ts";
import { inflateUpTo, keepProcess, runtimeFromProcess } from "../node/adapter.ts";
import { replaceMethod, startAll } from "../replace_method.ts";
import type { Runtime, StdioStream } from "../runtime.ts";

/** What this adapter uses of the `Bun` global. */
interface BunGlobal {
  readonly stdout: unknown;
  readonly stderr: unknown;
  readonly isMainThread: boolean;
  write: BunWrite;
  readonly inspect: BunInspect;
  inflateSync(bytes: Uint8Array, options: { windowBits: number }): Uint8Array;
}

interface BunInspect {
  (value: unknown, options?: object): string;
  table(data: object, columns?: unknown): string;
}

type BunWrite = (target: unknown, data: unknown, ...rest: unknown[]) => Promise<number>;

/** No zlib data unpacks to more than this many times its length. */
const MOST_PACKED = 1032;

/** Without it, `Bun.inflateSync` expects a raw stream, with no zlib header. */
const ZLIB = { windowBits: 15 };

/**
 * The adapter for Bun, or `undefined` elsewhere: Node's, without loading `node:zlib`, which costs 5
 * ms.
 */
export function bunRuntime(): Runtime | undefined {
  // Bun's own types would have to be installed.
  const { Bun: bun } = globalThis as { Bun?: BunGlobal };
  const process = bun === undefined ? undefined : keepProcess()();
  // Others have the global too, as a shim.
  if (bun === undefined || process?.versions?.bun === undefined) return undefined;
  const node = runtimeFromProcess(process, "bun");
  const console = (): ConsoleStyle => bunConsole(bun.inspect, consoleDepth(process.execArgv));
  return {
    ...node,
    isInflateReady: true,
    inflate: (bytes, most) =>
      bytes.length * MOST_PACKED <= most
        ? bun.inflateSync(bytes, ZLIB)
        : inflateUpTo(process, bytes, most),
    console,
    isMainThread: () => bun.isMainThread,
    onStdio: (listener, onUnseen) =>
      startAll([
        () => node.onStdio(listener, onUnseen),
        () => listenToConsoleOutput(console(), listener, onUnseen),
        () => replaceConsoleWrite(listener, onUnseen),
        () => replaceWrite(bun, listener, onUnseen),
      ]),
  };
}

/** `Bun.write(Bun.stdout, data)` does not go through `process.stdout`. */
function replaceWrite(
  bun: BunGlobal,
  listener: (stream: StdioStream, chunk: string | Uint8Array) => void,
  onUnseen?: (name: string) => void,
): () => void {
  return replaceMethod(bun, "write", (original) => async (target, data, ...rest) => {
    const stream = target === bun.stdout ? "stdout" : target === bun.stderr ? "stderr" : undefined;
    if (stream === undefined) {
      return await original.call(bun, target, data, ...rest);
    }
    // A response can be read only once.
    const source = data instanceof Response ? await data.bytes() : data;
    const written = await original.call(bun, target, source, ...rest);
    listener(
      stream,
      typeof source === "string" ? source : await new Response(source as Blob).bytes(),
    );
    return written;
  }, () => onUnseen?.("Bun.write"));
}

/** `console.write` of Bun prints pieces as they are. */
function replaceConsoleWrite(
  listener: (stream: StdioStream, chunk: string | Uint8Array) => void,
  onUnseen?: (name: string) => void,
): () => void {
  const target = (globalThis.console ?? {}) as unknown as Record<"write", ConsoleWrite>;
  return replaceMethod(target, "write", (original) => (...pieces) => {
    const written = original.apply(target, pieces);
    for (const piece of pieces) {
      if (typeof piece === "string") listener("stdout", piece);
      else if (ArrayBuffer.isView(piece)) {
        listener("stdout", new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength));
      } else if (piece instanceof ArrayBuffer) listener("stdout", new Uint8Array(piece));
    }
    return written;
  }, () => onUnseen?.("console.write"));
}

type ConsoleWrite = (...pieces: unknown[]) => number;

/** How Bun's console words what it prints, which shows objects down to a depth. */
function bunConsole(inspect: BunInspect, depth: number): ConsoleStyle {
  const show = (value: unknown, options?: unknown): string =>
    typeof value === "string"
      ? value
      : inspect(value, { depth, ...(options as object | undefined) });
  const words: ConsoleWords = {
    // Behind a doubled `%`, a character is taken as it is.
    directive: /%(?:([sdifjoOc])|%([^]?))/g,
    isGreedy: true,
    show,
    fill(kind, value) {
      switch (kind) {
        case "s":
          return String(value);
        case "d":
        case "i":
          return String(Number.parseInt(numberText(value)));
        case "f":
          return numberText(value);
        case "j":
          return JSON.stringify(value) ?? "";
        case "c":
          return "";
        default:
          return show(value);
      }
    },
    assertion: (args) => args.length > 0 ? args : ["Assertion failed"],
    table: (data, columns) => inspect.table(data, ...(columns === undefined ? [] : [columns])),
  };
  return {
    text: (method, args) => methodText(method, args, words),
    timer: (label, milliseconds, args) =>
      [`[${milliseconds.toFixed(2)}ms] ${label}`, ...args.map((arg) => show(arg))].join(" "),
    trace: (args, frames) =>
      [
        ...(args.length === 0 ? [] : [messageText(args, words)]),
        ...frames.map((frame) => `  ${frame}`),
      ]
        .join("\n"),
    indented(text, indent, method, args) {
      if (/^(?:count|time|table)/.test(method)) return text;
      // The lines of a string stay where they are, those of an object do not.
      const hasLines = args.some((arg) => typeof arg === "string" && arg.includes("\n"));
      return hasLines ? indent + text : text.replace(/^/gm, indent);
    },
    streamOf: (method) =>
      /^(?:warn|error|assert|timeLog|timeEnd)$/.test(method) ? "stderr" : "stdout",
    printsByAnother: () => false,
  };
}

function numberText(value: unknown): string {
  return String(typeof value === "symbol" ? NaN : Number(value));
}

/** How deep `console` shows objects, where the command line of the process says so. */
function consoleDepth(flags: readonly string[]): number {
  const match = flags.join(" ").match(/--console-depth[= ](\d+)/);
  return Number(match?.[1] ?? 2);
}
