import type { PipesLogLevel } from "../protocol/types.ts";
import { listenToConsole } from "../runtime/console_listener.ts";
import { currentRuntime } from "../runtime/current.ts";
import { systemErrorCode } from "../runtime/system_error.ts";
import { tellUnseen, withoutStdioCapture } from "./stdio.ts";

/** The levels of what is not printed for information. */
const LEVELS: Readonly<Record<string, PipesLogLevel>> = {
  debug: "DEBUG",
  warn: "WARNING",
  assert: "WARNING",
  error: "ERROR",
  trace: "ERROR",
};

/** Node's own errors, of a wrong argument, have a code as well. */
const SYSTEM_ERROR = /^E(?!RR_)/;

/**
 * Makes Dagster log messages of what `console` prints. It still prints, and is not taken a second
 * time as output.
 *
 * @param log Gets each message and its level.
 * @returns What ends it; throws the first error of `log`, or of a stream that cannot be written to,
 * which must not reach whoever printed.
 */
export function captureConsole(log: (message: string, level: PipesLogLevel) => void): () => void {
  let isLogging = false;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => void (failure ??= { error });
  const unseen: string[] = [];
  const stop = listenToConsole(currentRuntime().console(), (method, text) => {
    // What a writer prints while it takes a message must not become one in turn.
    if (isLogging) return;
    isLogging = true;
    try {
      log(text, LEVELS[method] ?? "INFO");
    } catch (error) {
      fail(error);
    } finally {
      isLogging = false;
    }
  }, {
    around(print) {
      try {
        withoutStdioCapture(print);
      } catch (error) {
        // A full disk must not stop the script: Dagster still gets the message.
        if (!SYSTEM_ERROR.test(systemErrorCode(error))) throw error;
        fail(error);
      }
    },
    onUnseen: (name) => unseen.push(name),
  });
  tellUnseen(unseen);
  return () => {
    stop();
    if (failure !== undefined) throw failure.error;
  };
}
