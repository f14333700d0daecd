import { DagsterPipesError, type DagsterPipesErrorCode } from "../../errors.ts";
import { isRecord } from "../../json/kinds.ts";
import { systemErrorCode, toPipesError } from "../../runtime/system_error.ts";

/** How much of a client's message is shown. */
const MAX_REASON_CHARACTERS = 200;

/** Errors of a file system that do not pass by themselves. */
const LASTING_SYSTEM_ERRORS = new Set(
  "ENOENT ENOTDIR EISDIR EACCES EPERM EROFS ENOSPC EDQUOT".split(" "),
);

/** Whether an error comes from a file system and does not pass by itself. */
export function isLastingSystemError(error: unknown): boolean {
  return LASTING_SYSTEM_ERRORS.has(systemErrorCode(error));
}

/** The HTTP status in an error of a store's client. Each client has its own place for it. */
export function httpStatusOf(error: unknown): number | undefined {
  if (!isRecord(error)) return undefined;
  const { $metadata: metadata, statusCode, status, code } = error;
  const candidates = [isRecord(metadata) && metadata.httpStatusCode, statusCode, status, code];
  return candidates.map(Number).find((value) => value >= 300 && value < 600);
}

/**
 * Turns an error of a store's client into the package's own, with advice.
 *
 * @param action What failed, such as `write s3://bucket/key`.
 * @param right The right that it needs, as the store calls it.
 */
export function toStoreError(
  code: DagsterPipesErrorCode,
  action: string,
  cause: unknown,
  right?: string,
): DagsterPipesError {
  if (cause instanceof DagsterPipesError) return cause;
  if (isLastingSystemError(cause)) return toPipesError(code, `Cannot ${action}`, cause);
  const text = `Cannot ${action}: ${clientReason(cause)}${adviceFor(httpStatusOf(cause), right)}`;
  return new DagsterPipesError(code, text, { cause });
}

function adviceFor(status: number | undefined, right: string | undefined): string {
  if ((status === 401 || status === 403) && right !== undefined) {
    return `. The user or role that this process runs as needs the right ${right} there`;
  }
  if (status === 404) {
    return ". Check that it exists, and that the client looks for it in the right place " +
      "(account, project, region, endpoint)";
  }
  if (status !== undefined && status < 400) {
    return ". It seems to be elsewhere: check the region and the endpoint of the client";
  }
  return "";
}

/**
 * What an error of a client says, in one line. The query of a URL is left out, since it may hold what
 * signs a request.
 */
export function clientReason(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).trim().split("\n");
  const text = line.replaceAll(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/g, "$1?…");
  const short = text.length > MAX_REASON_CHARACTERS
    ? `${text.slice(0, MAX_REASON_CHARACTERS)}…`
    : text;
  const parts = [errorWord(error), short].filter((part) => part !== "");
  const reason = parts.join(": ") || "unknown error";
  const status = httpStatusOf(error);
  return status === undefined || reason.includes(String(status)) ? reason : `${reason} (${status})`;
}

/** The store's own word for an error, such as `SlowDown`, or `""`. */
function errorWord(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code = systemErrorCode(error);
  if (/^[A-Z]\w+$/.test(code) && !error.message.includes(code)) return code;
  return /^(Error|TypeError|RestError|ApiError)$/.test(error.name) ? "" : error.name;
}
