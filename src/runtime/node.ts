import type { ByteSink, CancelSignal, ProcessEnd, Runtime } from "./runtime.ts";

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
  kill(pid: number, signal: CancelSignal): void;
  getBuiltinModule(name: "node:fs"): FileSystem;
  getBuiltinModule(name: "node:zlib"): Zlib;
}

interface FileSystem {
  readFileSync(path: string): Uint8Array;
  openSync(path: string, flags: "a"): number;
  writeSync(descriptor: number, bytes: Uint8Array): number;
  fstatSync(descriptor: number): { readonly size: number; isFile(): boolean };
  closeSync(descriptor: number): void;
}

interface Zlib {
  inflateSync(bytes: Uint8Array): Uint8Array;
  deflateSync(bytes: Uint8Array): Uint8Array;
}

/** The adapter for Node, or `undefined` where there is no `process` with Node's built-in modules. */
export function nodeRuntime(): Runtime | undefined {
  const { process } = globalThis as unknown as { process?: ProcessGlobal };
  // `getBuiltinModule` came with Node 22.3, and loads a module later and cheaper than an import does.
  if (typeof process?.getBuiltinModule !== "function") return undefined;
  return fromProcess(process, "node");
}

/** Builds the adapter on Node's built-in modules, which Bun has too. */
export function fromProcess(
  process: ProcessGlobal,
  name: "node" | "bun",
): Runtime {
  const fs = process.getBuiltinModule("node:fs");

  function descriptor(fd: number): ByteSink {
    return {
      write: (bytes) => fs.writeSync(fd, bytes),
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
    openAppend: (path) => descriptor(fs.openSync(path, "a")),
    stdio: (stream) => ({
      ...descriptor(stream === "stdout" ? 1 : 2),
      size: () => undefined,
      close() {},
    }),
    inflate: (bytes) =>
      process.getBuiltinModule("node:zlib").inflateSync(bytes),
    deflate: (bytes) =>
      process.getBuiltinModule("node:zlib").deflateSync(bytes),
    setExitCode(code) {
      process.exitCode = code;
    },
    onProcessEnd: (listener) => listenToEnd(process, listener),
    onSignal: (signal, listener) => listen(process, { [signal]: listener }),
    raise: (signal) => process.kill(process.pid, signal),
  };
}

function listenToEnd(
  process: ProcessGlobal,
  listener: (end: ProcessEnd) => void,
): () => void {
  let isIdle = false;
  return listen(process, {
    // Sees what nobody catches, and changes nothing about it.
    uncaughtExceptionMonitor: (error: unknown) =>
      listener({ reason: "error", error }),
    // Comes when the event loop runs empty, and not by `exit`.
    beforeExit: () => isIdle = true,
    exit: (code: number) =>
      listener(isIdle ? { reason: "idle" } : { reason: "exit", code }),
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
