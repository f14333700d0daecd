import { DagsterPipesError, type DagsterPipesErrorCode } from "../errors.ts";

/** What to do about the errors of an operating system that a user can do something about. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: "Check that its folder exists, and that Dagster and this process see the same files",
  EISDIR: "It is a directory, and must be a file",
  ENOTDIR: "A part of its path is not a directory",
  EACCES: "Give the user that this process runs as the right to it",
  EPERM: "Give the user that this process runs as the right to it",
  EROFS: "It lies on a file system that is read-only",
  ENOSPC: "Free space on its file system",
  EDQUOT: "Free space within the quota of its file system",
  EFBIG: "Raise the limit on the size of files",
  EMFILE: "Close files, or raise the limit on open files",
  EPIPE: "The other end of the pipe is closed: check that the process which reads it still runs",
};

/** The code that the operating system's error has, or `""`. All three runtimes set it. */
export function systemErrorCode(error: unknown): string {
  const code = typeof error === "object" && error !== null
    ? (error as { code?: unknown }).code
    : undefined;
  return typeof code === "string" ? code : "";
}

/**
 * Makes the package's error of a runtime's own: what was tried, what the runtime said, and what to
 * do.
 */
export function toPipesError(
  code: DagsterPipesErrorCode,
  action: string,
  cause: unknown,
): DagsterPipesError {
  if (cause instanceof DagsterPipesError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice = ADVICE[systemErrorCode(cause)];
  return new DagsterPipesError(
    code,
    `${action}: ${reason}${advice === undefined ? "" : `. ${advice}`}`,
    { cause },
  );
}

/**
 * Whether a write failed because a pipe is full, and may be tried again. Deno names that error but
 * gives it no code.
 */
export function isPipeFull(error: unknown): boolean {
  return systemErrorCode(error) === "EAGAIN" ||
    error instanceof Error && error.name === "WouldBlock";
}

let clock: Int32Array | undefined;

/**
 * Gives the reader of a full pipe a millisecond, without giving up the turn: a report returns when
 * its message is with the system.
 */
export function waitForPipe(): void {
  clock ??= new Int32Array(new SharedArrayBuffer(4));
  Atomics.wait(clock, 0, 0, 1);
}
