import type { PipesLogLevel } from "../protocol/types.ts";
import { type PlainMethod, teeConsole } from "./console_tee.ts";
import { noticeUnseen, withoutStdioCapture } from "./stdio.ts";

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
  let isLogging = false;
  let failure: { readonly error: unknown } | undefined;
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      failure ??= { error };
    }
  };
  const stop = teeConsole(({ method, message, print }) => {
    // If the disk is full, Dagster still receives the message.
    attempt(() => withoutStdioCapture(print));
    // What a writer prints while it takes a message must not become a message.
    if (isLogging) return;
    isLogging = true;
    attempt(() => log(message, CONSOLE_LEVELS[method]));
    isLogging = false;
  }, noticeUnseen);
  return () => {
    stop();
    if (failure !== undefined) throw failure.error;
  };
}
