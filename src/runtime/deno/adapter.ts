import { DagsterPipesError } from "../../errors.ts";
import { descriptorOf, isNullDevice } from "../node/adapter.ts";
import { keepProcess, nodeProcess } from "../node/process_global.ts";
import { replaceMethod, stopAll } from "../replace_method.ts";
import type { ByteSink, Runtime, StdioListener, StdioStream } from "../runtime.ts";
import { denoSignals } from "./signals.ts";

/**
 * Returns the adapter for Deno, or `undefined` elsewhere. It loads no `node:` module on the way to
 * the first message: the first one takes about 15 ms.
 */
export function denoRuntime(): Runtime | undefined {
  const deno: typeof Deno | undefined = globalThis.Deno;
  // Other runtimes may define `Deno` as a shim, which lacks these.
  if (typeof deno?.exitCode !== "number" || typeof addEventListener !== "function") {
    return undefined;
  }
  keepProcess();

  function withAdvice<T>(flag: string, subject: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof deno!.errors.NotCapable)) throw error;
      throw missingPermission(flag, subject, error);
    }
  }
  const reading = <T>(path: string, action: () => T): T =>
    withAdvice(`--allow-read=${lastingFolder(path)}`, path, action);
  const writing = <T>(path: string, action: () => T): T =>
    withAdvice(`--allow-write=${lastingFolder(path)}`, path, action);

  return {
    name: "deno",
    env: (name) => withAdvice(envPermissionFlag(name), name, () => deno.env.get(name)),
    args: () => deno.args,
    specialFileAt(path) {
      try {
        const stat = deno.statSync(path);
        if (stat.isFifo) return "named pipe";
        if (stat.isSocket) return "socket";
        return stat.isCharDevice ? "device" : undefined;
      } catch {
        return undefined;
      }
    },
    readFile: (path) => reading(path, () => deno.readFileSync(path)),
    readText: (path) => reading(path, () => deno.readTextFileSync(path)),
    makeFolder: (path) => writing(path, () => deno.mkdirSync(path, { recursive: true })),
    openAppend: (path) => writing(path, () => openFileSink(deno, path)),
    stdio: (stream) => ({
      write: (bytes, start, end) => deno[stream].writeSync(bytes.subarray(start, end)),
      size: () => undefined,
      isLost: () => leadsNowhere(deno, stream),
      close() {},
    }),
    // `node:zlib` takes 15 ms to load.
    inflate: (bytes, maxBytes) => transform(new DecompressionStream("deflate"), bytes, maxBytes),
    deflate: (bytes) => transform(new CompressionStream("deflate"), bytes),
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
    // A timer would load a `node:` module.
    nextTurn: () =>
      new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          resolve();
        };
        port2.postMessage(undefined);
      }),
    ...denoSignals(deno),
    onStdio: (listener, onUnseen) => listenToDenoStreams(deno, listener, onUnseen),
  };
}

function openFileSink(deno: typeof Deno, path: string): ByteSink {
  const file = deno.openSync(path, { append: true, create: true });
  // `stat` would need the permission to read. Appending ignores the position.
  const sizeOf = (opened: Deno.FsFile): number | undefined => {
    try {
      // The position in a device such as `/dev/null` stays 0. A pipe does not have a position.
      const isFile = opened.seekSync(1, deno.SeekMode.Start) === 1;
      return isFile ? opened.seekSync(0, deno.SeekMode.End) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    write: (bytes, start, end) => file.writeSync(bytes.subarray(start, end)),
    size: () => sizeOf(file),
    isLost() {
      try {
        // A reader keeps its file open if that is renamed.
        return file.statSync().nlink === 0;
      } catch {
        // Without the permission to read, a file that is renamed looks like one that is removed.
      }
      const size = sizeOf(file);
      // The script may have changed the folder that a relative path starts from.
      if (size === undefined || !path.startsWith("/")) return false;
      try {
        const found = deno.openSync(path, { append: true });
        const isOther = (sizeOf(found) ?? 0) < size;
        found.close();
        return isOther;
      } catch (error) {
        return error instanceof deno.errors.NotFound;
      }
    },
    close: () => file.close(),
  };
}

/** Listens to `Deno.stdout` and `Deno.stderr`, which Node's `process.stdout` writes to as well. */
function listenToDenoStreams(
  deno: typeof Deno,
  listener: StdioListener,
  onUnseen?: (owner: string) => void,
): () => void {
  return stopAll((["stdout", "stderr"] as const).flatMap((name) => {
    const stream = deno[name];
    const onFrozen = (): void => onUnseen?.(`Deno.${name}`);
    const report = (bytes: Uint8Array, written: number): number => {
      listener(name, bytes.subarray(0, written));
      return written;
    };
    return [
      replaceMethod(stream, "writeSync", (write) => (bytes) => {
        return report(bytes, write.call(stream, bytes));
      }, onFrozen),
      replaceMethod(stream, "write", (write) => async (bytes) => {
        return report(bytes, await write.call(stream, bytes));
      }, onFrozen),
    ];
  }));
}

/** Whether a stream of this process is the null device. */
function leadsNowhere(deno: typeof Deno, stream: StdioStream): boolean {
  try {
    return deno.statSync(`/dev/${stream}`).rdev === deno.statSync("/dev/null").rdev;
  } catch {
    // Without the permission to read, Node's modules are needed, which takes 15 ms.
    return isNullDevice(nodeProcess(), descriptorOf(stream));
  }
}

/** Names both variables at once. */
function envPermissionFlag(name: string): string {
  const both = "DAGSTER_PIPES_CONTEXT,DAGSTER_PIPES_MESSAGES";
  return `--allow-env=${both.includes(name) ? both : name}`;
}

/**
 * Returns the folder to name in a permission flag, which the next run needs too: the one above a
 * temporary folder of Dagster (Python's `tempfile`: `tmp` and 8 characters) or of the launcher.
 */
function lastingFolder(path: string): string {
  const parts = path.split("/");
  parts.pop();
  if (/^(tmp[a-z0-9_]{8}|dagster-pipes-\w+)$/.test(parts.at(-1) ?? "")) parts.pop();
  return parts.join("/") || (path.startsWith("/") ? "/" : ".");
}

/** Creates the error for a missing permission, which names the flag to add to the command. */
function missingPermission(flag: string, subject: string, cause: Error): DagsterPipesError {
  // Deno opens devices, /proc and /sys only to a process that has all permissions.
  if (cause.message.includes("--allow-all")) flag = "--allow-all";
  return new DagsterPipesError(
    "permission_denied",
    `Cannot use "${subject}" without a Deno permission: add ${flag} to the command that Dagster runs, ` +
      `as in ["deno", "run", "${flag}", "script.ts"]`,
    { cause },
  );
}

/** Sends bytes through a stream. Rejects with a `RangeError` if more than `maxBytes` come out. */
async function transform(
  { writable, readable }: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
  maxBytes: number = Infinity,
): Promise<Uint8Array> {
  const writer = writable.getWriter();
  // The reading side throws the same errors.
  writer.write(new Uint8Array(bytes)).catch(() => {});
  writer.close().catch(() => {});
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of readable) {
    length += chunk.length;
    if (length > maxBytes) throw new RangeError(`there are more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return await new Blob(chunks).bytes();
}
