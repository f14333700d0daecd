import type { PipesAbortSignal } from "../public_types.ts";
import type { ConsoleStyle } from "./console_text.ts";

/** One of the two output streams of a process. */
export type StdioStream = "stdout" | "stderr";

/** What is at a path in place of a file. */
export type SpecialFile = "named pipe" | "socket" | "device";

/** A signal by which Dagster, or what it runs on, cancels a run. */
export type CancelSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/** An open file or stream that takes bytes at once. */
export interface ByteSink {
  /**
   * Hands bytes to the operating system and returns how many it took, which may be fewer than were
   * given. With `start` and `end`, only the bytes between them: a view of the same would cost more
   * than all else about a short line. Throws the runtime's own error; its `code` is `EAGAIN` where
   * a pipe is full.
   */
  write(bytes: Uint8Array, start?: number, end?: number): number;
  /** The size of the file in bytes, or `undefined` for what has none. */
  size(): number | undefined;
  /** Whether nobody can find any more, or ever could, what is written here. */
  isLost?(): boolean;
  /** Whether the runtime has yet to write something that this process printed to it before. */
  isBehind?(): boolean;
  /** Gives the descriptor back. The streams of the process stay open. */
  close(): void;
}

/**
 * Everything that this package asks of a runtime. One adapter for each runtime implements it, and
 * nothing else names one.
 */
export interface Runtime {
  /** The runtime's name. */
  readonly name: "deno" | "bun" | "node";
  /** The value of an environment variable, or `undefined`. */
  env(name: string): string | undefined;
  /** The arguments of the script, without the runtime and the script itself. */
  args(): readonly string[];
  /**
   * What lies at a path where it is no file or folder, but what may block whoever opens it;
   * `undefined` otherwise, and where one may not look.
   */
  specialFileAt(path: string): SpecialFile | undefined;
  /** The bytes of a file. */
  readFile(path: string): Uint8Array;
  /**
   * The text of a file, with U+FFFD for bytes that are no UTF-8: it takes less memory, and on Deno
   * less time, than to decode the bytes.
   */
  readText(path: string): string;
  /** Makes a folder, and those above it, where they are missing. */
  makeFolder(path: string): void;
  /**
   * Opens a file to append to, and makes it where it is missing; each write lands at its end
   * whoever else writes.
   */
  openAppend(path: string): ByteSink;
  /** A stream of this process, without buffers between. */
  stdio(stream: StdioStream): ByteSink;
  /**
   * Unpacks zlib data (RFC 1950). A damaged stream rejects, or gives fewer or other bytes: the
   * caller checks the sum. A `RangeError` says that there would be more bytes than `most`.
   */
  inflate(bytes: Uint8Array, most: number): Uint8Array | Promise<Uint8Array>;
  /**
   * Whether `inflate` is there at once. Where it has to be loaded, that takes longer than to unpack
   * a short stream without it.
   */
  readonly isInflateReady: boolean;
  /** Packs bytes as zlib data. */
  deflate(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /**
   * Sets the code that the process ends with, unless it ends by a signal or an `exit` with a code
   * of its own.
   */
  setExitCode(code: number): void;
  /** The id of this process. */
  processId(): number;
  /** The id of the process that started this one, while that one runs. */
  parentId(): number;
  /** Whether a process runs, as far as this one may know: `true` where it may not. */
  isRunning(pid: number): boolean;
  /** Whether this is the thread that has the signals and the exit code of the process. */
  isMainThread(): boolean;
  /** Lets in what waits for a turn of the event loop, signals among it. */
  nextTurn(): Promise<void>;
  /** Whether something wants to be told when a signal is aborted. */
  hasAbortListeners(signal: PipesAbortSignal): boolean;
  /**
   * Whether something besides the one listener of this package listens to a signal; `undefined`
   * where that cannot be known.
   */
  isListenedTo(signal: CancelSignal): boolean | undefined;
  /**
   * Calls a listener for a signal, where the platform has it. Returns what removes the listener.
   */
  onSignal(signal: CancelSignal, listener: () => void): () => void;
  /**
   * Ends this process by a signal, or with the exit code that is set where it has no effect; not
   * where the script listens to it.
   */
  raise(signal: CancelSignal): void;
  /**
   * Calls a listener with each piece that this process prints, after it is printed. Returns what
   * ends that.
   *
   * @param onUnseen Is told the name of each method that prints and cannot be listened to.
   */
  onStdio(
    listener: (stream: StdioStream, chunk: string | Uint8Array) => void,
    onUnseen?: (name: string) => void,
  ): () => void;
  /** How `console` words what it prints. */
  console(): ConsoleStyle;
}
