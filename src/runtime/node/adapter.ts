import { replaceMethod, stopAll } from "../replace_method.ts";
import type { ByteSink, Runtime, StdioListener, StdioStream } from "../runtime.ts";
import { systemErrorCode } from "../system_error.ts";
import { type NodeProcess, nodeProcess, unsupportedRuntime } from "./process_global.ts";

/** Whether a Node is older than 22.3. It may have `getBuiltinModule`, but lacks other things. */
export function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 22 || major === 22 && minor < 3;
}

/** Returns the adapter for Node. Throws on an older Node and on an unknown runtime. */
export function nodeRuntime(): Runtime {
  const process = nodeProcess();
  if (isNodeTooOld(process.versions.node)) throw unsupportedRuntime();
  return runtimeFromProcess(process, "node");
}

/** Creates an adapter that uses Node's built-in modules, which Bun has too. */
export function runtimeFromProcess(process: NodeProcess, name: "node" | "bun"): Runtime {
  const fs = process.getBuiltinModule("node:fs");
  const fullStreams = new Set<StdioStream>();
  const isWindows = process.platform === "win32";

  function descriptorSink(fd: number): ByteSink {
    return {
      isLost: () => fs.fstatSync(fd).nlink === 0,
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
    specialFileAt(path) {
      try {
        const stat = fs.statSync(path);
        if (stat.isFIFO()) return "named pipe";
        if (stat.isSocket()) return "socket";
        return stat.isCharacterDevice() ? "device" : undefined;
      } catch {
        return undefined;
      }
    },
    readFile: (path) => fs.readFileSync(path),
    readText: (path) => fs.readFileSync(path, "utf8"),
    makeFolder: (path) => fs.mkdirSync(path, { recursive: true }),
    openAppend: (path) => descriptorSink(fs.openSync(path, "a")),
    stdio: (stream) => ({
      ...descriptorSink(descriptorOf(stream)),
      size: () => undefined,
      isLost: () => isNullDevice(process, descriptorOf(stream)),
      isBehind: () => fullStreams.has(stream) || process[stream].writableLength > 0,
      close() {},
    }),
    inflate(bytes, maxBytes) {
      const { inflateSync } = process.getBuiltinModule("node:zlib");
      try {
        return inflateSync(bytes, { maxOutputLength: maxBytes });
      } catch (cause) {
        if (systemErrorCode(cause) !== "ERR_BUFFER_TOO_LARGE") throw cause;
        throw new RangeError(`there are more than ${maxBytes} bytes`, { cause });
      }
    },
    deflate: (bytes) => process.getBuiltinModule("node:zlib").deflateSync(bytes),
    processId: () => process.pid,
    parentId: () => process.ppid,
    isRunning(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return systemErrorCode(error) !== "ESRCH";
      }
    },
    // A worker lacks the methods that end the whole process. Loading the module takes 1.5 ms.
    isMainThread: () =>
      !("disabled" in process.abort) ||
      process.getBuiltinModule("node:worker_threads").isMainThread,
    async nextTurn() {
      // Signals are delivered in the poll phase, which the first `setImmediate` may precede.
      for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
    },
    onSignal(signal, listener) {
      const names = isWindows && signal === "SIGINT" ? [signal, "SIGBREAK"] as const : [signal];
      return stopAll(names.map((name) => {
        const onSignal = (): void => listener(() => process.listenerCount(name) > 1);
        try {
          // Called first: a listener of `process.once` is removed right before it is called.
          process.prependListener(name, onSignal);
        } catch {
          // This platform does not have the signal.
        }
        return () => process.off(name, onSignal);
      }));
    },
    onStdio: (listener, onUnseen) => listenToStreams(process, listener, fullStreams, onUnseen),
    // A kill on Windows would end the process at once.
    raise: (signal) =>
      void (isWindows ? process.emit(signal, signal) : process.kill(process.pid, signal)),
    endBySignal(signal) {
      process.removeAllListeners(signal);
      if (!isWindows) process.kill(process.pid, signal);
      // The first process of a container receives only signals that it listens to.
      if (isWindows || process.pid === 1) process.exit();
    },
  };
}

/** Returns the descriptor of a stream of this process. */
export function descriptorOf(stream: StdioStream): number {
  return stream === "stdout" ? 1 : 2;
}

/** Whether a descriptor is the null device, which runtimes open in place of a closed stream. */
export function isNullDevice(process: NodeProcess, fd: number): boolean {
  const isDevice = process.getBuiltinModule("node:fs").fstatSync(fd).isCharacterDevice();
  return isDevice && !process.getBuiltinModule("node:tty").isatty(fd);
}

/** Listens to `process.stdout` and `stderr`, and keeps a set of those that hold back output. */
function listenToStreams(
  process: NodeProcess,
  listener: StdioListener,
  fullStreams: Set<StdioStream>,
  onUnseen?: (owner: string) => void,
): () => void {
  const report = (name: StdioStream, chunk: unknown, encoding: unknown): void => {
    if (chunk instanceof Uint8Array) listener(name, chunk);
    if (typeof chunk !== "string") return;
    const isUtf8 = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
    const { Buffer } = process.getBuiltinModule("node:buffer");
    listener(name, isUtf8 ? chunk : Buffer.from(chunk, encoding as BufferEncoding));
  };
  return stopAll((["stdout", "stderr"] as const).flatMap((name) => {
    const stream = process[name];
    const ending: Record<"end", (...args: never[]) => unknown> = stream;
    const onFrozen = (): void => onUnseen?.(`process.${name}`);
    return [
      replaceMethod(stream, "write", (original) => (chunk, ...rest) => {
        const hasRoom: boolean = Reflect.apply(original, stream, [chunk, ...rest]);
        // Bun's `writableLength` stays 0.
        if (hasRoom === false && !fullStreams.has(name)) {
          fullStreams.add(name);
          stream.once?.("drain", () => fullStreams.delete(name));
        }
        report(name, chunk, rest[0]);
        return hasRoom;
      }, onFrozen),
      // `end` does not call `write`.
      replaceMethod(ending, "end", (original) => (...args: unknown[]) => {
        const ended: unknown = Reflect.apply(original, stream, args);
        report(name, args[0], args[1]);
        return ended;
      }, onFrozen),
    ];
  }));
}
