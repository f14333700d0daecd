export type StdioStream = "stdout" | "stderr";

/** What a path can lead to instead of a file or a folder. */
export type SpecialFile = "named pipe" | "socket" | "device";

export type CancelSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/** Receives a signal. During the call, `isShared` returns whether others may listen to it too. */
export type SignalListener = (isShared: () => boolean) => void;

/** Receives what the script prints, after it is printed. */
export type StdioListener = (stream: StdioStream, chunk: string | Uint8Array) => void;

/** An open file or stream that is written to synchronously. */
export interface ByteSink {
  /**
   * Hands the bytes from `start` to `end` to the system, and returns how many it took. A view of
   * them would cost more than the write of a short line. Throws the runtime's own error; its `code`
   * is `EAGAIN` if a pipe is full.
   */
  write(bytes: Uint8Array, start?: number, end?: number): number;
  /** Returns the size of the file in bytes, or `undefined` for a stream. */
  size(): number | undefined;
  /** Whether what is written here cannot be read by anyone. */
  isLost?(): boolean;
  /** Whether the runtime still holds back output that this process printed earlier. */
  isBehind?(): boolean;
  /** Closes the descriptor. The streams of the process stay open. */
  close(): void;
}

/** What this package needs of a runtime. Each runtime has one adapter that implements it. */
export interface Runtime {
  readonly name: "deno" | "bun" | "node";
  env(name: string): string | undefined;
  /** Returns the arguments of the script, without the runtime and the script itself. */
  args(): readonly string[];
  /** Returns what a path leads to if opening it may block, `undefined` otherwise. */
  specialFileAt(path: string): SpecialFile | undefined;
  readFile(path: string): Uint8Array;
  /** Reads the text of a file, with U+FFFD for bytes that are not UTF-8. */
  readText(path: string): string;
  /** Creates a folder and those above it. */
  makeFolder(path: string): void;
  /** Opens or creates a file. Each write goes to its end, even if other processes write to it. */
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
  /** Whether a process runs, or may run. */
  isRunning(pid: number): boolean;
  /** Whether this thread receives the signals, and sets the exit code, of the process. */
  isMainThread(): boolean;
  /** Waits until the event loop has delivered pending signals. */
  nextTurn(): Promise<void>;
  /**
   * Listens to a signal, if the platform has it: on Windows, Ctrl-Break is `SIGINT` too. Returns a
   * function that removes the listener.
   */
  onSignal(signal: CancelSignal, listener: SignalListener): () => void;
  /** Sends a signal to this process. */
  raise(signal: CancelSignal): void;
  /** Ends this process by a signal, even if the script listens to it, or else by an exit. */
  endBySignal(signal: CancelSignal): void;
  /**
   * Listens to output of the script, except that of the global `console` on Deno and Bun. Returns a
   * function that removes the listener.
   *
   * @param onUnseen Called with the name of an object if a method of it cannot be replaced.
   */
  onStdio(listener: StdioListener, onUnseen?: (owner: string) => void): () => void;
}
