import { patch, patchAll } from "./printing.ts";
import type { ByteSink, CancelSignal, ProcessEnd, Runtime, StdioStream } from "./runtime.ts";

/** What the Node adapter uses of the `process` global. */
export interface ProcessGlobal {
  readonly versions: { readonly node?: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  exitCode?: number | string | null | undefined;
  readonly pid: number;
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
  listenerCount(event: string): number;
  hasUncaughtExceptionCaptureCallback(): boolean;
  exit(): never;
  kill(pid: number, signal: CancelSignal): void;
  readonly stdout: NodeStream;
  readonly stderr: NodeStream;
  getBuiltinModule(name: "node:util"): { inspect(value: unknown): string };
  getBuiltinModule(
    name: "node:buffer",
  ): { Buffer: { from(text: string, encoding: string): Uint8Array } };
  getBuiltinModule(name: "node:fs"): FileSystem;
  getBuiltinModule(name: "node:zlib"): Zlib;
}

interface NodeStream {
  readonly writableLength: number;
  /** Not there in what a script may have put in its place. */
  once?(event: "drain", listener: () => void): void;
  write(chunk: string | Uint8Array, ...rest: unknown[]): boolean;
}

interface FileSystem {
  mkdirSync(path: string, options: { recursive: boolean }): void;
  readFileSync(path: string): Uint8Array;
  readFileSync(path: string, encoding: "utf8"): string;
  openSync(path: string, flags: "a"): number;
  writeSync(descriptor: number, bytes: Uint8Array, offset: number, length: number): number;
  fstatSync(descriptor: number): { readonly size: number; isFile(): boolean };
  closeSync(descriptor: number): void;
}

interface Zlib {
  inflateSync(bytes: Uint8Array): Uint8Array;
  deflateSync(bytes: Uint8Array): Uint8Array;
}

/**
 * The adapter for Node, or `undefined` where there is no `process` with Node's built-in modules.
 */
export function nodeRuntime(): Runtime | undefined {
  const { process } = globalThis as unknown as { process?: ProcessGlobal };
  // `getBuiltinModule` came with Node 22.3, and loads a module later and cheaper than an import
  // does.
  if (typeof process?.getBuiltinModule !== "function") return undefined;
  return {
    ...fromProcess(process, "node"),
    inflate: (bytes) => process.getBuiltinModule("node:zlib").inflateSync(bytes),
  };
}

/**
 * Builds an adapter on Node's built-in modules, which Bun has too. How to unpack is for each to
 * say.
 */
export function fromProcess(
  process: ProcessGlobal,
  name: "node" | "bun",
): Omit<Runtime, "inflate"> {
  const fs = process.getBuiltinModule("node:fs");
  const behind = new Set<StdioStream>();

  function descriptor(fd: number): ByteSink {
    return {
      write: (bytes, start = 0, end = bytes.length) => fs.writeSync(fd, bytes, start, end - start),
      size() {
        const stat = fs.fstatSync(fd);
        return stat.isFile() ? stat.size : undefined;
      },
      close: () => fs.closeSync(fd),
    };
  }

  return {
    name,
    env: (name) => process.env[name],
    args: () => process.argv.slice(2),
    readFile: (path) => fs.readFileSync(path),
    readText: (path) => fs.readFileSync(path, "utf8"),
    makeFolder: (path) => fs.mkdirSync(path, { recursive: true }),
    openAppend: (path) => descriptor(fs.openSync(path, "a")),
    stdio: (stream) => ({
      ...descriptor(stream === "stdout" ? 1 : 2),
      size: () => undefined,
      isBehind: () => behind.has(stream) || process[stream].writableLength > 0,
      close() {},
    }),
    deflate: (bytes) => process.getBuiltinModule("node:zlib").deflateSync(bytes),
    setExitCode(code) {
      process.exitCode = code;
    },
    onProcessEnd: (listener) => listenToEnd(process, listener),
    onSignal(signal, listener) {
      try {
        return listen(process, { [signal]: listener });
      } catch {
        // This platform does not have the signal, so nobody will send it.
        return () => {};
      }
    },
    // On Node `console` prints by these as well.
    onStdio: (listener) => patchAll(patchStreams(process, listener, behind)),
    inspect: (value) => process.getBuiltinModule("node:util").inspect(value),
    raise(signal) {
      process.kill(process.pid, signal);
      // The system keeps from the first process of a container what it has no listener for, even
      // SIGKILL.
      if (process.pid === 1 && process.listenerCount(signal) === 0) {
        process.exit();
      }
    },
  };
}

function listenToEnd(process: ProcessGlobal, listener: (end: ProcessEnd) => void): () => void {
  let isIdle = false;
  let taken: { readonly error: unknown } | undefined;
  return listen(process, {
    // Sees what nobody catches, and changes nothing about it.
    uncaughtExceptionMonitor(error: unknown) {
      // The script takes it by a handler of its own, and goes on, unless that handler ends the
      // process.
      const isTaken = process.listenerCount("uncaughtException") > 0 ||
        process.hasUncaughtExceptionCaptureCallback();
      if (isTaken) taken = { error };
      else listener({ reason: "error", error });
    },
    // Comes when the event loop runs empty, and not by `exit`.
    beforeExit: () => isIdle = true,
    exit: (code: number) =>
      listener(isIdle ? { reason: "idle" } : { reason: "exit", code, ...taken }),
  });
}

/** Listens to events of the process. Returns what removes the listeners. */
export function listen(
  process: ProcessGlobal,
  listeners: Readonly<Record<string, (...args: never[]) => void>>,
): () => void {
  for (const [event, listener] of Object.entries(listeners)) {
    process.on(event, listener);
  }
  return () => {
    for (const [event, listener] of Object.entries(listeners)) {
      process.off(event, listener);
    }
  };
}

function patchStreams(
  process: ProcessGlobal,
  listener: (stream: StdioStream, chunk: string | Uint8Array) => void,
  behind: Set<StdioStream>,
): (() => () => void)[] {
  return (["stdout", "stderr"] as const).map((name) => () => {
    const stream = process[name];
    return patch(stream, "write", (original) => (chunk, ...rest) => {
      const taken = original.call(stream, chunk, ...rest);
      // Bun does not tell in any other way.
      if (taken === false && !behind.has(name)) {
        behind.add(name);
        stream.once?.("drain", () => behind.delete(name));
      }
      const [encoding] = rest;
      const isText = typeof chunk !== "string" ||
        typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
      listener(
        name,
        isText ? chunk : process.getBuiltinModule("node:buffer").Buffer.from(chunk, encoding),
      );
      return taken;
    });
  });
}
