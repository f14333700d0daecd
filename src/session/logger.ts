import { formatException } from "../protocol/exception.ts";
import type { PipesLogLevel } from "../protocol/types.ts";
import { asMethod } from "./method_call.ts";

/**
 * Logs a message at one level. The stack and the causes of an `error` follow the message.
 */
export type PipesLogMethod = (message: string, error?: unknown) => void;

/**
 * Logs to Dagster.
 */
export interface PipesLogger {
  /** Logs a message, at the level `"INFO"` by default. */
  (message: string, level?: PipesLogLevel): void;
  /** Logs a message at `DEBUG`. */
  readonly debug: PipesLogMethod;
  /** Logs a message at `INFO`. */
  readonly info: PipesLogMethod;
  /** Logs a message at `WARNING`. */
  readonly warning: PipesLogMethod;
  /** Logs a message at `ERROR`. */
  readonly error: PipesLogMethod;
  /** Logs a message at `CRITICAL`. */
  readonly critical: PipesLogMethod;
}

export function createLogger(emit: (message: string, level: PipesLogLevel) => void): PipesLogger {
  const at = (level: PipesLogLevel): PipesLogMethod => {
    const name = `log.${level.toLowerCase()}`;
    return function logAtLevel(message: string, ...error: [unknown?]): void {
      // An error that was passed but is undefined was thrown as such, and is worth a line.
      const hasError = error.length > 0 && typeof message === "string";
      const text = hasError ? `${message}\n${formatException(error[0])}` : message;
      asMethod(name, logAtLevel, () => emit(text, level));
    };
  };
  return Object.assign(
    function log(message: string, level: PipesLogLevel = "INFO"): void {
      asMethod("log", log, () => emit(message, level));
    },
    {
      debug: at("DEBUG"),
      info: at("INFO"),
      warning: at("WARNING"),
      error: at("ERROR"),
      critical: at("CRITICAL"),
    },
  );
}
