import type { PipesLogLevel } from "../protocol/types.ts";
import { type ConsoleMethod, listenToConsole } from "../runtime/console_listener.ts";
import { consoleText } from "../runtime/console_text.ts";
import { currentRuntime } from "../runtime/current.ts";
import { withoutStdioCapture } from "./stdio.ts";

const LEVELS: Readonly<Record<ConsoleMethod, PipesLogLevel>> = {
  debug: "DEBUG",
  log: "INFO",
  info: "INFO",
  warn: "WARNING",
  error: "ERROR",
};

/**
 * Makes Dagster log messages of what `console` prints. It still prints, and is not taken a second
 * time as output.
 *
 * @param log Gets each message and its level.
 * @returns What ends it.
 */
export function captureConsole(log: (message: string, level: PipesLogLevel) => void): () => void {
  const { inspect } = currentRuntime();
  let isLogging = false;
  return listenToConsole((method, args, print) => {
    withoutStdioCapture(print);
    // A message of our own about a failure to log must not be logged in turn.
    if (isLogging) return;
    isLogging = true;
    try {
      log(consoleText(args, inspect), LEVELS[method]);
    } finally {
      isLogging = false;
    }
  }, withoutStdioCapture);
}
