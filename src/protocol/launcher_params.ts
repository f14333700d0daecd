import { isRecord } from "../json/kinds.ts";
import type { PipesParams } from "./types.ts";

/** The key of the messages params under which the launcher of this package describes itself. */
const LAUNCHER_KEY = "dagsterpipes_launcher";

/** A launcher or a runner of this package, which receives the messages of this process. */
export interface Launcher {
  readonly pid: number;
  /** Whether the launcher wrote the context to a file. */
  readonly hasContextFile: boolean;
  /** Whether the sessions of all processes are parts of one, unlike those with a runner or Dagster. */
  readonly isShared: boolean;
}

/**
 * The character that starts each line of a session in the file that all sessions of a launcher
 * share. JSON cannot contain it: it shows that the line before it was cut off.
 */
export const SESSION_LINE_START = "\x1e";

/** Returns what precedes each line of a session in the file of the launcher. */
export function sessionLinePrefix(sessionId: string): string {
  return `${SESSION_LINE_START}${sessionId} `;
}

/** Adds a launcher to the messages params. */
export function withLauncher(params: PipesParams, launcher: Launcher): PipesParams {
  return { ...params, [LAUNCHER_KEY]: launcher };
}

/** Returns the launcher that the messages params describe, if there is one. */
export function launcherOf(params: PipesParams): Launcher | undefined {
  const launcher = params[LAUNCHER_KEY];
  if (!isRecord(launcher)) return undefined;
  const { pid, hasContextFile, isShared } = launcher;
  return typeof pid === "number"
    ? { pid, hasContextFile: hasContextFile === true, isShared: isShared === true }
    : undefined;
}
