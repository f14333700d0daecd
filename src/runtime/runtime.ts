import type { PipesAbortSignal } from "../public_types.ts";

/** One of the two output streams of a process. */
export type StdioStream = "stdout" | "stderr";

/** What a path can lead to instead of a file or a folder. */
export type SpecialFile = "named pipe" | "socket" | "device";

/** A signal that cancels a run. */
export type CancelSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/**
 * Receives a signal. During the call, `isShared` returns whether something else listens to the
 * signal as well, or may do so.
 */
export type SignalListener = (isShared: () => boolean) => void;

/** Receives what the script prints, after it is printed. */
export type StdioListener = (stream: StdioStream, chunk: string | Uint8Array) => void;

/** An open file or stream that is written to synchronously. */
export interface ByteSink {
  /**
   * Hands bytes to the operating system and returns how many it took, which may be fewer. With
   * `start` and `end`, only the bytes between them: making a view would cost more than the rest of
   * writing a short line. Throws the runtime's own error; its `code` is `EAGAIN` if a pipe is full.
   */
  write(bytes: Uint8Array, start?: number, end?: number): number;
  /** Returns the size of the file in bytes, or `undefined` for a stream. */
  size(): number | undefined;
  /** Whether what is written here cannot be read by anyone. */
  isLost?(): boolean;
  /** Whether the runtime still holds back output that this process printed to it earlier. */
  isBehind?(): boolean;
  /** Closes the descriptor. The streams of the process stay open. */
  close(): void;
}

/** What this package needs of a runtime. Each runtime has one adapter that implements it. */
export interface Runtime {
  readonly name: "deno" | "bun" | "node";
  /** Returns the value of an environment variable, or `undefined`. */
  env(name: string): string | undefined;
  /** Returns the arguments of the script, without the runtime and the script itself. */
  args(): readonly string[];
  /**
   * Returns what a path leads to if opening it may block; `undefined` for a file, a folder, and an
   * unreadable path.
   */
  specialFileAt(path: string): SpecialFile | undefined;
  readFile(path: string): Uint8Array;
  /**
   * Reads the text of a file, with U+FFFD for bytes that are not UTF-8. Takes less memory, and on
   * Deno less time, than decoding the bytes.
   */
  readText(path: string): string;
  /** Creates a folder, and those above it, if they are missing. */
  makeFolder(path: string): void;
  /**
   * Opens a file to append to, and creates it if it is missing. Each write lands at the end of the
   * file, even if other processes write to it.
   */
  openAppend(path: string): ByteSink;
  /** Returns a stream of this process, without the runtime's buffers. */
  stdio(stream: StdioStream): ByteSink;
  /**
   * Unpacks zlib data (RFC 1950). Throws or rejects if the data is damaged, and with a `RangeError`
   * if it unpacks to more than `maxBytes`. On Deno, data that is cut off unpacks to fewer bytes.
   */
  inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | Promise<Uint8Array>;
  deflate(bytes: Uint8Array): Uint8Array | Promise<Uint8Array>;
  processId(): number;
  /** Returns the id of the parent process, or of its successor after the parent ended. */
  parentId(): number;
  /** Whether a process runs. `true` if this process may not know. */
  isRunning(pid: number): boolean;
  /** Whether this thread receives the signals, and sets the exit code, of the process. */
  isMainThread(): boolean;
  /** Waits for a turn of the event loop, in which pending signals are delivered. */
  nextTurn(): Promise<void>;
  hasAbortListeners(signal: PipesAbortSignal): boolean;
  /** Listens to a signal, if the platform has it. Returns a function that removes the listener. */
  onSignal(signal: CancelSignal, listener: SignalListener): () => void;
  /** Sends a signal to this process. */
  raise(signal: CancelSignal): void;
  /**
   * Ends this process by a signal, even if the script listens to it, or by an exit if the signal
   * cannot end it.
   */
  endBySignal(signal: CancelSignal): void;
  /**
   * Listens to what the script writes to its output streams. On Deno and Bun the global `console`
   * does not write to them. Returns a function that removes the listener.
   *
   * @param onUnseen Called with the name of an object if a method of it cannot be replaced.
   */
  onStdio(listener: StdioListener, onUnseen?: (owner: string) => void): () => void;
}
