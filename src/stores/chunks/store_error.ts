import { DagsterPipesError, type DagsterPipesErrorCode } from "../../errors.ts";
import { isRecord } from "../../json/kinds.ts";
import { systemErrorCode, toPipesError } from "../../runtime/system_error.ts";

const MAX_REASON_CHARACTERS = 200;

/** Statuses that mean "try later", though they blame the request. */
const LATER_STATUSES: readonly number[] = [408, 409, 425, 429];

/** Errors of a file system that do not pass by themselves. */
const LASTING_SYSTEM_ERRORS = new Set(
  "ENOENT ENOTDIR EISDIR EACCES EPERM EROFS ENOSPC EDQUOT".split(" "),
);

const CHECK_REGION = "It seems to be elsewhere: check the region and the endpoint of the client";

const CHECK_CREDENTIALS =
  "The credentials were not accepted: check that they are right and have not expired, and check the clock of this machine";

/** Lasting causes by the names that clients and stores have for them, and what to do. */
const CAUSES: readonly (readonly [name: RegExp, advice: string])[] = [
  [
    /region (is missing|not accepted)/i,
    "Set the option region of the client, or the variable AWS_REGION",
  ],
  [
    /certificate|CERT_|UNABLE_TO_VERIFY/i,
    "The certificate of the server is not trusted: set NODE_EXTRA_CA_CERTS, or DENO_CERT for Deno, to the file of its authority",
  ],
  [/TooSkewed|date header too old|iat and exp/i, "Set the clock of this machine"],
  [
    /token\w* (is|has) expired|Expired\w*Token|ExpiredToken/i,
    "Renew the credentials: they have expired",
  ],
  [/SignatureDoesNotMatch|InvalidAccessKeyId|InvalidToken|AuthenticationFailed/, CHECK_CREDENTIALS],
  [/PermanentRedirect|AuthorizationHeaderMalformed/, CHECK_REGION],
  [/credential|anonymous caller/i, "Configure credentials for the client that are valid here"],
];

/** Whether a further attempt cannot help. */
export function isLasting(error: unknown): boolean {
  if (error instanceof DagsterPipesError) return true;
  const status = httpStatusOf(error);
  if (status !== undefined) return status < 500 && !LATER_STATUSES.includes(status);
  return isLastingSystemError(error) || knownAdvice(error) !== undefined;
}

function isLastingSystemError(error: unknown): boolean {
  return LASTING_SYSTEM_ERRORS.has(systemErrorCode(error));
}

function knownAdvice(error: unknown): string | undefined {
  // URLs and ARNs may contain any word.
  const text = `${systemErrorCode(error)} ${error}`.replaceAll(/\S*[:/]\S+/g, "");
  return CAUSES.find(([name]) => name.test(text))?.[1];
}

/** Returns the HTTP status in an error of a client. Each client has its own place for it. */
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
  const advice = knownAdvice(cause) ?? adviceForStatus(httpStatusOf(cause) ?? 0, right);
  const text = [`Cannot ${action}: ${clientReason(cause)}`, advice].filter(Boolean).join(". ");
  return new DagsterPipesError(code, text, { cause });
}

function adviceForStatus(status: number, right: string | undefined): string | undefined {
  if (status === 401) return CHECK_CREDENTIALS;
  if (status === 403 && right !== undefined) {
    return `The user or role that this process runs as needs the right ${right} there`;
  }
  if (status === 404) {
    return "Check that it exists, and that the client looks for it in the right place " +
      "(account, project, region, endpoint)";
  }
  return status >= 300 && status < 400 ? CHECK_REGION : undefined;
}

/** Describes an error of a client in one line, without the parts of URLs that may be secret. */
export function clientReason(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).trim().split("\n");
  const text = line.replaceAll(/(https?:\/\/)[^\s/?"'<>]*@/g, "$1")
    .replaceAll(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/g, "$1?…");
  const isLong = text.length > MAX_REASON_CHARACTERS;
  const short = isLong ? `${text.slice(0, MAX_REASON_CHARACTERS)}…` : text;
  const parts = [errorWord(error), short].filter((part) => part !== "");
  const reason = parts.join(": ") || "unknown error";
  const status = httpStatusOf(error);
  return status === undefined || reason.includes(String(status)) ? reason : `${reason} (${status})`;
}

/** Returns the store's name for an error, such as `SlowDown`, or `""`. */
function errorWord(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const code = systemErrorCode(error);
  if (/^[A-Z]\w+$/.test(code) && !error.message.includes(code)) return code;
  return /^(Error|TypeError|RestError|ApiError)$/.test(error.name) ? "" : error.name;
}
