import type { ByteSink, Runtime } from "./runtime.ts";

/** What the Node adapter uses of the `process` global. */
export interface ProcessGlobal {
  readonly versions: { readonly node?: string };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  exitCode?: number | string | null | undefined;
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
  const { process } = globalThis as { process?: ProcessGlobal };
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
  };
}
