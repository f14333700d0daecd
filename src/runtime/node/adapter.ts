import { DagsterPipesError } from "../../errors.ts";
import { nodeConsole } from "../console_text.ts";
import { replaceMethod, startAll } from "../replace_method.ts";
import type { ByteSink, Runtime, StdioStream } from "../runtime.ts";
import { systemErrorCode } from "../system_error.ts";

/** The `process` global, which all three runtimes have, and what no types say that it has. */
export type NodeProcess = typeof process & { reallyExit(code?: number | string | null): void };

let kept: (() => NodeProcess | undefined) | undefined;

/**
 * Keeps the `process` global as it is when this is called first, whatever a script puts in its place
 * later. It is not looked at: on Deno that would load Node's modules, which takes 15 ms.
 */
export function keepProcess(): () => NodeProcess | undefined {
  if (kept === undefined) {
    const property = Object.getOwnPropertyDescriptor(globalThis, "process");
    kept = () => property?.get === undefined ? property?.value : property.get.call(globalThis);
  }
  return kept;
}

/** The `process` global, for what has the time to load Node's modules. */
export function nodeProcess(): NodeProcess {
  const process = keepProcess()();
  if (typeof process?.getBuiltinModule === "function") return process;
  throw unsupportedRuntime();
}

/** The error for a runtime that is none of the three, or a Node that is too old. */
export function unsupportedRuntime(): DagsterPipesError {
  const version = keepProcess()()?.versions?.node;
  return new DagsterPipesError(
    "unsupported",
    version === undefined
      ? "Cannot tell which runtime this is: Dagster Pipes runs on Deno, Bun and Node 22.3 or later"
      : `Cannot run on Node ${version}: Dagster Pipes needs Node 22.3 or later`,
  );
}

/**
 * Whether a Node is older than 22.3, which brought `getBuiltinModule`: that loads a module later and
 * cheaper than an import does. Node 20.16 has it too, but lacks other things.
 */
export function isNodeTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < 22 || major === 22 && minor < 3;
}

/** The adapter for Node, or `undefined` where there is none that is new enough. */
export function nodeRuntime(): Runtime | undefined {
  const process = keepProcess()();
  if (typeof process?.getBuiltinModule !== "function" || isNodeTooOld(process.versions.node)) {
    return undefined;
  }
  return {
    ...runtimeFromProcess(process, "node"),
    isInflateReady: false,
    inflate: (bytes, most) => inflateUpTo(process, bytes, most),
  };
}

/**
 * Builds an adapter on Node's built-in modules, which Bun has too. How to unpack is for each to
 * say.
 */
export function runtimeFromProcess(
  process: NodeProcess,
  name: "node" | "bun",
): Omit<Runtime, "inflate" | "isInflateReady"> {
  const fs = process.getBuiltinModule("node:fs");
  const fullStreams = new Set<StdioStream>();

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
        // It is not there, or may not be looked at.
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
    deflate: (bytes) => process.getBuiltinModule("node:zlib").deflateSync(bytes),
    setExitCode(code) {
      process.exitCode = code;
    },
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
    // A worker has not what ends the whole process. To load the module takes 1.5 ms.
    isMainThread: () =>
      !("disabled" in process.abort) ||
      process.getBuiltinModule("node:worker_threads").isMainThread,
    async nextTurn() {
      // Signals come in the poll phase, which the first of them may be ahead of.
      for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve));
    },
    hasAbortListeners: (signal) => hasAbortListeners(process, signal),
    isListenedTo: (signal) => process.listenerCount(signal) > 1,
    onSignal(signal, listener) {
      try {
        process.on(signal, listener);
      } catch {
        // This platform does not have the signal, so nobody will send it.
        return () => {};
      }
      return () => process.off(signal, listener);
    },
    // On Node `console` prints by these as well.
    onStdio: (listener, onUnseen) =>
      startAll(replaceStreamWrites(process, listener, fullStreams, onUnseen)),
    console: () => nodeConsole(process.getBuiltinModule("node:util")),
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

/** Unpacks zlib data by Node's module. */
export function inflateUpTo(process: NodeProcess, bytes: Uint8Array, most: number): Uint8Array {
  try {
    return process.getBuiltinModule("node:zlib").inflateSync(bytes, { maxOutputLength: most });
  } catch (cause) {
    if (systemErrorCode(cause) !== "ERR_BUFFER_TOO_LARGE") throw cause;
    throw new RangeError(`there are more than ${most} bytes`, { cause });
  }
}

/** The number of a stream of this process. */
export function descriptorOf(stream: StdioStream): number {
  return stream === "stdout" ? 1 : 2;
}

/** Whether a descriptor leads nowhere: runtimes open `/dev/null` in the place of a closed one. */
export function isNullDevice(process: NodeProcess, fd: number): boolean {
  const isDevice = process.getBuiltinModule("node:fs").fstatSync(fd).isCharacterDevice();
  return isDevice && !process.getBuiltinModule("node:tty").isatty(fd);
}

/** Whether something listens to the abort of a signal. Deno has what is needed for it too. */
export function hasAbortListeners(process: NodeProcess, signal: AbortSignal): boolean {
  return process.getBuiltinModule("node:events").getEventListeners(signal, "abort").length > 0;
}

/** A table as Node's console draws it, for consoles that tell nobody what they draw. */
export function drawnTable(data: object, columns: unknown): string {
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

function replaceStreamWrites(
  process: NodeProcess,
  listener: (stream: StdioStream, chunk: string | Uint8Array) => void,
  fullStreams: Set<StdioStream>,
  onUnseen?: (name: string) => void,
): (() => () => void)[] {
  const tell = (name: StdioStream, chunk: unknown, encoding: unknown): void => {
    if (chunk instanceof Uint8Array) listener(name, chunk);
    if (typeof chunk !== "string") return;
    const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
    const { Buffer } = process.getBuiltinModule("node:buffer");
    listener(name, isText ? chunk : Buffer.from(chunk, encoding as BufferEncoding));
  };
  return (["stdout", "stderr"] as const).flatMap((name) => {
    const stream = process[name];
    const ending: Record<"end", (...args: never[]) => unknown> = stream;
    return [
      () =>
        replaceMethod(stream, "write", (original) => (chunk, ...rest) => {
          const taken: boolean = Reflect.apply(original, stream, [chunk, ...rest]);
          // Bun does not tell in any other way.
          if (taken === false && !fullStreams.has(name)) {
            fullStreams.add(name);
            stream.once?.("drain", () => fullStreams.delete(name));
          }
          tell(name, chunk, rest[0]);
          return taken;
        }, () => onUnseen?.(`process.${name}.write`)),
      // It does not write by the method above.
      () =>
        replaceMethod(ending, "end", (original) => (...args: unknown[]) => {
          const ended: unknown = Reflect.apply(original, stream, args);
          tell(name, args[0], args[1]);
          return ended;
        }, () => onUnseen?.(`process.${name}.end`)),
    ];
  });
}
