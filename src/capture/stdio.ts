import { stringText } from "../json/string_text.ts";
import { currentRuntime } from "../runtime/current.ts";
import { printNotice } from "../runtime/notice.ts";
import type { StdioStream } from "../runtime/runtime.ts";

/**
 * A piece of output becomes a line of at most a page, of which about 130 bytes are not its text.
 */
export const MAX_TEXT = 3900;

let paused = 0;

/** Runs a function whose output is not captured, as it reaches Dagster in another way. */
export function withoutStdioCapture<T>(action: () => T): T {
  paused++;
  try {
    return action();
  } finally {
    paused--;
  }
}

/**
 * Takes a copy of what this process prints, as far as it can be seen from inside: `console`,
 * `process.stdout` and `stderr`, `Deno.stdout` and `stderr`, `Bun.write(Bun.stdout, …)`. Not seen
 * are writes to the descriptor itself, and child processes.
 *
 * @param emit Gets the text, whole characters in the order of each stream.
 * @returns What ends it; throws the first error of `emit`, which must not reach whoever printed.
 */
export function captureStdio(emit: (stream: StdioStream, text: string) => void): () => void {
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  let failure: { readonly error: unknown } | undefined;
  let isEmitting = false;

  const take = (stream: StdioStream, chunk: string | Uint8Array, isLast: boolean = false): void => {
    if (paused > 0 || isEmitting) return;
    isEmitting = true;
    try {
      const decoder = decoders[stream];
      const text = typeof chunk === "string"
        // What was cut off before a string will not be completed by it.
        ? decoder.decode() + chunk
        : decoder.decode(chunk, { stream: !isLast });
      if (text !== "") emit(stream, text);
    } catch (error) {
      failure ??= { error };
    } finally {
      isEmitting = false;
    }
  };

  const unseen: string[] = [];
  const stop = currentRuntime().onStdio(take, (name) => unseen.push(name));
  tellUnseen(unseen);
  return () => {
    stop();
    for (const stream of ["stdout", "stderr"] as const) {
      take(stream, new Uint8Array(0), true);
    }
    if (failure !== undefined) throw failure.error;
  };
}

/** The objects of which was told that their methods are not seen. */
const told = new Set<string>();

/** Says, once for each object, that methods of it print and cannot be captured. */
export function tellUnseen(methods: readonly string[]): void {
  const owners = new Set(methods.map((method) => method.slice(0, method.lastIndexOf("."))));
  for (const owner of owners) {
    if (told.has(owner)) continue;
    told.add(owner);
    const own = methods.filter((method) => method.startsWith(`${owner}.`));
    const others = own.length > 1 ? ` and ${own.length - 1} more` : "";
    printNotice(
      `Not captured: what ${own[0]}${others} print, as they cannot be replaced. Freeze ${owner} ` +
        "after the session opened, if at all",
    );
  }
}

/** Cuts text into pieces that each fit into a line of a page, never within a character. */
export function* pieces(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let length = Math.min(text.length - start, MAX_TEXT);
    // What JSON and UTF-8 make of it may be several times as long.
    while (
      length > 1 && byteLength(stringText(text.slice(start, start + length))) > MAX_TEXT
    ) length >>= 1;
    if (
      start + length < text.length && isHighSurrogate(text.charCodeAt(start + length - 1))
    ) length++;
    yield text.slice(start, start + length);
    start += length;
  }
}

const encoder = new TextEncoder();
const scratch = new Uint8Array(MAX_TEXT * 6 + 2);

function byteLength(text: string): number {
  return encoder.encodeInto(text, scratch).written;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
