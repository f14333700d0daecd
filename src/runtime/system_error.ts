import { DagsterPipesError, type DagsterPipesErrorCode } from "../errors.ts";

const WRONG_USER_ADVICE = "Check that the user of this process may use it";

/** What the user can do about an error of the operating system. */
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: "Check that its folder exists, and that Dagster and this process see the same files",
  EISDIR: "It is a directory, and must be a file",
  ENOTDIR: "A part of its path is not a directory",
  EACCES: WRONG_USER_ADVICE,
  EPERM: WRONG_USER_ADVICE,
  EROFS: "It lies on a file system that is read-only",
  ENOSPC: "Free space on its file system",
  EDQUOT: "Free space within the quota of its file system",
  EFBIG: "Raise the limit on the size of files",
  EMFILE: "Close files, or raise the limit on open files",
  EPIPE: "The other end of the pipe is closed: check that the process which reads it still runs",
};

/** Returns the code of an error of the operating system, or `""`. All three runtimes set it. */
export function systemErrorCode(error: unknown): string {
  const code: unknown = Object(error).code;
  return typeof code === "string" ? code : "";
}

/** Wraps an error of the runtime, with advice. Returns an error of this package as it is. */
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
