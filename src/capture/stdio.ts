import type { PipesLogLevel } from "../protocol/types.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printNotice } from "../runtime/notice.ts";
import { stopAll } from "../runtime/replace_method.ts";
import type { StdioStream } from "../runtime/runtime.ts";
import { type PlainMethod, teeConsole } from "./console_tee.ts";

let pauses = 0;

/** Calls a function whose output is not captured, because it reaches Dagster in another way. */
export function withoutStdioCapture<T>(action: () => T): T {
  pauses++;
  try {
    return action();
  } finally {
    pauses--;
  }
}

/**
 * Copies what this process prints, as far as it can be seen from inside: `console`,
 * `process.stdout` and `stderr`, `Deno.stdout` and `stderr`, `Bun.write(Bun.stdout, …)`. Writes to
 * the descriptor itself and the output of child processes are not seen.
 *
 * @param emit Receives the text of each stream, in whole characters.
 * @returns A function that ends the capture. It throws the first error of printing by `console` or
 * of `emit`, which the script must not see.
 */
export function captureStdio(emit: (stream: StdioStream, text: string) => void): () => void {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  const { attempt, isBusy, throwFirst } = createGuard();

  const take = (stream: StdioStream, chunk: string | Uint8Array, isLast: boolean = false): void => {
    if (pauses > 0 || isBusy()) return;
    const decoder = decoders[stream];
    const text = typeof chunk === "string"
      // A string does not complete a character that was cut off before it.
      ? decoder.decode() + chunk
      : decoder.decode(chunk, { stream: !isLast });
    if (text !== "") attempt(() => emit(stream, text));
  };

  const stop = stopAll([
    teeConsole(({ stream, text, print }) => {
      attempt(print);
      take(stream, `${text}\n`);
    }, noticeUnseen),
    currentRuntime().onStdio(take, noticeUnseen),
  ]);
  return () => {
    stop();
    for (const stream of ["stdout", "stderr"] as const) {
      take(stream, new Uint8Array(0), true);
    }
    throwFirst();
  };
}

const CONSOLE_LEVELS: Readonly<Record<PlainMethod, PipesLogLevel>> = {
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
};

/**
 * Makes a Dagster log message of each text that `console` prints. The text is still printed, and is
 * not captured as output as well.
 *
 * @param log Receives each message and its level.
 * @returns A function that ends the capture. It throws the first error of printing or of `log`,
 * which the script must not see.
 */
export function captureConsole(log: (message: string, level: PipesLogLevel) => void): () => void {
  const { attempt, isBusy, throwFirst } = createGuard();
  const stop = teeConsole(({ method, message, print }) => {
    // If the disk is full, Dagster still receives the message.
    attempt(() => withoutStdioCapture(print));
    // What a writer prints while it takes a message must not become a message.
    if (!isBusy()) attempt(() => log(message, CONSOLE_LEVELS[method]));
  }, noticeUnseen);
  return () => {
    stop();
    throwFirst();
  };
}

interface CaptureGuard {
  /** Runs an action whose failure the script must not see. */
  attempt(action: () => void): void;
  /** Whether an action runs: what it prints is not captured again. */
  isBusy(): boolean;
  /** Throws the first failure, if there was one. */
  throwFirst(): void;
}

function createGuard(): CaptureGuard {
  let failure: { readonly error: unknown } | undefined;
  let running = 0;
  return {
    attempt(action) {
      running++;
      try {
        action();
      } catch (error) {
        failure ??= { error };
      } finally {
        running--;
      }
    },
    isBusy: () => running > 0,
    throwFirst() {
      if (failure !== undefined) throw failure.error;
    },
  };
}

/** The objects that a notice was printed for. */
const noticed = new Set<string>();

/** Prints a notice, once for each object, that what the object prints cannot be captured. */
function noticeUnseen(owner: string): void {
  if (noticed.has(owner)) return;
  noticed.add(owner);
  printNotice(
    `Not captured: what ${owner} prints, as its methods cannot be replaced. Freeze ${owner} after ` +
      "the session opened, if at all",
  );
}

/**
 * The most bytes of JSON that a piece of output becomes. With about 130 more bytes, its line fits in
 * a page.
 */
export const MAX_PIECE_BYTES = 3900;

/** Text that JSON does not have to escape. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

/** Cuts text into pieces that each fit in a line of a page, and never within a character. */
export function* pieces(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    let piece = text.slice(start, start + MAX_PIECE_BYTES);
    if (!UNESCAPED.test(piece)) piece = piece.slice(0, fittingLength(piece));
    yield piece;
    start += piece.length;
  }
}

/** Returns how much of a text fits in a piece. */
function fittingLength(text: string): number {
  let length = 0;
  let bytes = 0;
  for (const character of text) {
    // `\u` and four digits.
    bytes += UNESCAPED.test(character) ? 1 : 6 * character.length;
    if (bytes > MAX_PIECE_BYTES) break;
    length += character.length;
  }
  return length;
}
