import { DagsterPipesError } from "../../errors.ts";
import { loadPart } from "../load_part.ts";
import { listenToConsoleOutput } from "../console_listener.ts";
import { type ConsoleStyle, denoConsole } from "../console_text.ts";
import {
  descriptorOf,
  drawnTable,
  hasAbortListeners,
  isNullDevice,
  keepProcess,
  nodeProcess,
} from "../node/adapter.ts";
import { replaceMethod, startAll } from "../replace_method.ts";
import type { ByteSink, Runtime, StdioStream } from "../runtime.ts";

/**
 * How long a script may go on after a SIGTERM where a watcher may have made it up, in milliseconds:
 * it starts the script again after 500.
 */
const WATCHERS_GRACE = 700;

/**
 * The adapter for Deno, or `undefined` elsewhere. No `node:` module is loaded: the first one costs
 * about 15 ms.
 */
export function denoRuntime(): Runtime | undefined {
  const deno: typeof Deno | undefined = globalThis.Deno;
  // Others have the global too, as a shim, and not what else is needed.
  if (typeof deno?.exitCode !== "number" || typeof addEventListener !== "function") {
    return undefined;
  }
  keepProcess();

  function withPermissionAdvice<T>(flag: () => string, subject: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof deno!.errors.NotCapable)) throw error;
      throw missingPermission(flag(), subject, error);
    }
  }
  const reading = <T>(path: string, action: () => T): T =>
    withPermissionAdvice(() => `--allow-read=${lastingFolder(path)}`, path, action);
  const writing = <T>(path: string, action: () => T): T =>
    withPermissionAdvice(() => `--allow-write=${lastingFolder(path)}`, path, action);

  const console = (): ConsoleStyle =>
    denoConsole(
      (value, options) =>
        deno.inspect(value, { ...(options as Deno.InspectOptions | undefined), colors: false }),
      drawnTable,
    );

  return {
    name: "deno",
    env: (name) =>
      withPermissionAdvice(() => envPermissionFlag(name), name, () => deno.env.get(name)),
    args: () => deno.args,
    specialFileAt(path) {
      try {
        const stat = deno.statSync(path);
        if (stat.isFifo) return "named pipe";
        if (stat.isSocket) return "socket";
        return stat.isCharDevice ? "device" : undefined;
      } catch {
        // It is not there, or may not be looked at.
        return undefined;
      }
    },
    readFile: (path) => reading(path, () => deno.readFileSync(path)),
    readText: (path) => reading(path, () => deno.readTextFileSync(path)),
    makeFolder: (path) => writing(path, () => deno.mkdirSync(path, { recursive: true })),
    openAppend: (path) => writing(path, () => openFileSink(deno, path)),
    stdio: (stream: StdioStream) => ({
      write: (bytes, start, end) => deno[stream].writeSync(bytes.subarray(start, end)),
      size: () => undefined,
      isLost: () => leadsNowhere(deno, stream),
      close() {},
    }),
    isInflateReady: false,
    inflate: (bytes, most) => loadZlib().then(({ unpack }) => unpack(bytes, most)),
    deflate: (bytes) => loadZlib().then(({ pack }) => pack(bytes)),
    setExitCode(code) {
      deno.exitCode = code;
    },
    processId: () => deno.pid,
    parentId: () => deno.ppid,
    isRunning(pid) {
      try {
        deno.kill(pid, 0);
        return true;
      } catch (error) {
        return !(error instanceof deno.errors.NotFound);
      }
    },
    isMainThread: () => !("DedicatedWorkerGlobalScope" in globalThis),
    // Unlike a timer, it loads no `node:` module.
    nextTurn: () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(undefined);
      }),
    hasAbortListeners: (signal) => hasAbortListeners(nodeProcess(), signal),
    // Listeners of Deno's own kind cannot be counted.
    isListenedTo: () => undefined,
    onSignal(signal, listener) {
      try {
        deno.addSignalListener(signal, listener);
      } catch {
        // This platform does not have the signal, so nobody will send it.
        return () => {};
      }
      return () => deno.removeSignalListener(signal, listener);
    },
    raise(signal) {
      const kill = (): void => deno.kill(deno.pid, signal);
      // Without a listener the system keeps the signal from the first process of a container, and
      // Deno crashes. Listeners of Deno's own kind cannot be seen.
      if (deno.pid === 1 && nodeProcess().listenerCount(signal) === 0) deno.exit();
      if (signal === "SIGTERM" && mayBeWatched(deno)) setTimeout(kill, WATCHERS_GRACE);
      else kill();
    },
    onStdio: (listener, onUnseen) =>
      startAll([
        ...replaceStreamWrites(deno, listener, onUnseen),
        () => listenToConsoleOutput(console(), listener, onUnseen),
      ]),
    console,
  };
}

function loadZlib(): Promise<typeof import("./zlib.ts")> {
  return loadPart(() => import("./zlib.ts"));
}

function openFileSink(deno: typeof Deno, path: string): ByteSink {
  const file = deno.openSync(path, { append: true, create: true });
  // A stat would need the permission to read. Appending does not look at the position.
  const sizeOf = (opened: Deno.FsFile): number | undefined => {
    try {
      return opened.seekSync(0, deno.SeekMode.End);
    } catch {
      // A pipe has no size.
      return undefined;
    }
  };
  return {
    write: (bytes, start, end) => file.writeSync(bytes.subarray(start, end)),
    size: () => sizeOf(file),
    isLost() {
      const size = sizeOf(file);
      // The folder that a relative path starts from may be another one now.
      if (size === undefined || !path.startsWith("/")) return false;
      try {
        const there = deno.openSync(path, { append: true });
        const isOther = (sizeOf(there) ?? 0) < size;
        there.close();
        return isOther;
      } catch (error) {
        return error instanceof deno.errors.NotFound;
      }
    },
    close: () => file.close(),
  };
}

/** Node's `process.stdout` goes through `writeSync` here, and `console` does not. */
function replaceStreamWrites(
  deno: typeof Deno,
  listener: (stream: StdioStream, chunk: Uint8Array) => void,
  onUnseen?: (name: string) => void,
): (() => () => void)[] {
  return (["stdout", "stderr"] as const).flatMap((name) => {
    const stream = deno[name];
    return [
      () =>
        replaceMethod(stream, "writeSync", (original) => (bytes) => {
          const written = original.call(stream, bytes);
          listener(name, bytes.subarray(0, written));
          return written;
        }, () => onUnseen?.(`Deno.${name}.writeSync`)),
      () =>
        replaceMethod(stream, "write", (original) => async (bytes) => {
          const written = await original.call(stream, bytes);
          listener(name, bytes.subarray(0, written));
          return written;
        }, () => onUnseen?.(`Deno.${name}.write`)),
    ];
  });
}

/**
 * Whether `--watch` may have told the script of a SIGTERM that nobody sent. It is the watcher's own
 * process that a real one would end.
 */
function mayBeWatched(deno: typeof Deno): boolean {
  // Who edits a script sits at a terminal, where Deno may ask whether the file may be read.
  if (deno.stdin.isTerminal()) return true;
  try {
    const command = deno.readTextFileSync("/proc/self/cmdline").split("\0").slice(0, -1);
    const own = command.slice(0, command.length - deno.args.length);
    return own.some((option) => option.startsWith("--watch"));
  } catch {
    return false;
  }
}

/** Whether what is written to a stream of this process goes to the null device. */
function leadsNowhere(deno: typeof Deno, stream: StdioStream): boolean {
  try {
    return deno.statSync(`/dev/${stream}`).rdev === deno.statSync("/dev/null").rdev;
  } catch {
    // Without the permission to look, it takes Node's modules: 15 ms.
    return isNullDevice(nodeProcess(), descriptorOf(stream));
  }
}

/** Both variables are named at once, lest the user comes back for the second one. */
function envPermissionFlag(name: string): string {
  const both = "DAGSTER_PIPES_CONTEXT,DAGSTER_PIPES_MESSAGES";
  return `--allow-env=${both.includes(name) ? both : name}`;
}

/**
 * The folder to name in a permission flag. Dagster makes a folder of a random name for each run
 * (Python's `tempfile`: `tmp` and 8 characters), and so does the launcher. A flag that is to serve
 * the next run as well must name the one above.
 */
function lastingFolder(path: string): string {
  const parts = path.split("/");
  parts.pop();
  if (/^(tmp[a-z0-9_]{8}|dagster-pipes-\w+)$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.join("/") || (path.startsWith("/") ? "/" : ".");
}

/** The error for a permission that is missing: it names the flag to add to Dagster's command. */
function missingPermission(flag: string, subject: string, cause: Error): DagsterPipesError {
  // Deno gives devices, /proc and /sys to nobody but a process that may do all.
  if (cause.message.includes("--allow-all")) flag = "--allow-all";
  return new DagsterPipesError(
    "permission_denied",
    `Cannot use "${subject}" without a Deno permission: add ${flag} to the command that Dagster runs, ` +
      `as in ["deno", "run", "${flag}", "script.ts"]`,
    { cause },
  );
}
