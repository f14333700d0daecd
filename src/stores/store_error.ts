import { isRecord } from "../json/kinds.ts";
import { DagsterPipesError, type DagsterPipesErrorCode } from "../errors.ts";
import { systemErrorCode, toPipesError } from "../runtime/system_error.ts";

/** The longest part of a client's message that is shown, in characters. */
const LONGEST_REASON = 200;

/** Answers that say "later", though their status is one of the caller's faults. */
const MEANS_LATER: readonly number[] = [408, 409, 425, 429];

/** Errors of a file system that do not pass by themselves. */
const LASTING: readonly string[] = [
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
];

/** The HTTP status in an error of a store's client, wherever that keeps it. */
export function statusOf(error: unknown): number | undefined {
  if (!isRecord(error)) return undefined;
  const { $metadata: metadata, statusCode, status, code } = error;
  const candidates = [isRecord(metadata) && metadata.httpStatusCode, statusCode, status, code];
  const found = candidates.map(Number).find((value) => value >= 300 && value < 600);
  return found;
}

/** Whether an error will be the same however often one tries. */
export function isLasting(error: unknown): boolean {
  if (error instanceof DagsterPipesError) return true;
  const status = statusOf(error);
  if (status !== undefined) return status < 500 && !MEANS_LATER.includes(status);
  return LASTING.includes(systemErrorCode(error)) || /credential/i.test(String(error));
}

/** What was tried, and what a user can do where it cannot be done. */
export interface StoreAction {
  /** Such as `write s3://bucket/key`. */
  readonly name: string;
  /** The right that it takes, as the store calls it. */
  readonly right?: string | undefined;
}

/** The package's error for one of a store's client. */
export function storeFailure(
  code: DagsterPipesErrorCode,
  action: StoreAction,
  cause: unknown,
): DagsterPipesError {
  if (cause instanceof DagsterPipesError) return cause;
  // Of a folder, which has advice of its own.
  if (LASTING.includes(systemErrorCode(cause))) {
    return toPipesError(code, `Cannot ${action.name}`, cause);
  }
  return new DagsterPipesError(
    code,
    `Cannot ${action.name}: ${reasonOf(cause)}${adviceOn(action, cause)}`,
    { cause },
  );
}

function adviceOn({ right }: StoreAction, cause: unknown): string {
  const status = statusOf(cause);
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
 * What an error of a client says, in one line. Of a URL in it nothing is shown behind the path: what
 * signs a request may stand there.
 */
export function reasonOf(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).trim().split("\n");
  const text = line.replaceAll(/(https?:\/\/[^\s?"'<>]*)\?[^\s"'<>]*/g, "$1?…");
  const short = text.length > LONGEST_REASON ? `${text.slice(0, LONGEST_REASON)}…` : text;
  const name = nameOf(error);
  const status = statusOf(error);
  const told = [name, short].filter((part) => part !== "").join(": ") || "unknown error";
  return status === undefined || told.includes(String(status)) ? told : `${told} (${status})`;
}

/** The word by which a store says what is wrong, or `""`. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  const { code } = error as { code?: unknown };
  if (typeof code === "string" && /^[A-Z]\w+$/.test(code) && !error.message.includes(code)) {
    return code;
  }
  return /^(Error|TypeError|RestError|ApiError)$/.test(error.name) ? "" : error.name;
}
