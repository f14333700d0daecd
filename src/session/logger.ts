import { formatException } from "../protocol/exception.ts";
import { refusalBy } from "./refusal.ts";
import type { PipesLogLevel } from "../protocol/types.ts";

/**
 * Logs a message at one level. The stack and the causes of an `error` follow it.
 */
export type PipesLogMethod = (message: string, error?: unknown) => void;

/**
 * Logs to Dagster.
 */
export interface PipesLogger {
  /** Logs a message. Default level: `"INFO"`. */
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

/** Makes a logger of a function that takes a message and a level. */
export function createLogger(emit: (message: string, level: PipesLogLevel) => void): PipesLogger {
  const at = (level: PipesLogLevel): PipesLogMethod =>
    // Not an arrow function: `arguments` makes no array for each message, as `...args` would.
    function logAtLevel(message: string, error?: unknown): void {
      // An error that is there but undefined was thrown as such, and is worth telling.
      const hasError = arguments.length > 1 && typeof message === "string";
      const text = hasError ? `${message}\n${formatException(error)}` : message;
      try {
        emit(text, level);
      } catch (error) {
        throw refusalBy(error, `log.${level.toLowerCase()}`, logAtLevel);
      }
    };
  return Object.assign(
    function log(message: string, level: PipesLogLevel = "INFO"): void {
      try {
        emit(message, level);
      } catch (error) {
        throw refusalBy(error, "log", log);
      }
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
