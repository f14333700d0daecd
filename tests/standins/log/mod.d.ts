/**
 * Offline stand-in for `jsr:@std/log`, which no npm package holds: what the documentation uses of it.
 *
 * @module
 */

/** The name of a level. */
export type LevelName = "NOTSET" | "DEBUG" | "INFO" | "WARN" | "ERROR" | "CRITICAL";

/** A message, on its way to the handlers. */
export interface LogRecord {
  /** The text. */
  readonly msg: string;
  /** The level: 10 is DEBUG, 50 is CRITICAL. */
  readonly level: number;
  /** The name of the level. */
  readonly levelName: string;
}

/** What takes messages. */
export abstract class BaseHandler {
  constructor(levelName: LevelName);
  /** Takes a message. */
  handle(record: LogRecord): void;
  /** Takes the text of one. */
  abstract log(msg: string): void;
}

/** Says which logger has which handlers. */
export function setup(config: {
  handlers?: Record<string, BaseHandler>;
  loggers?: Record<string, { level?: LevelName; handlers?: string[] }>;
}): void;

/** Logs a warning by the default logger. */
export function warn(msg: string): void;
