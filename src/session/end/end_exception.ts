import { DagsterPipesError } from "../../errors.ts";
import type { ProcessEndEvent } from "../../runtime/uncaught_errors.ts";
import { MAX_END_WAIT_SECONDS } from "./deadline.ts";

const RAN_EMPTY =
  "The event loop ran empty before the session with Dagster was closed: `await pipes.close()` " +
  "is missing, or something is awaited that nothing will settle";

/** Returns the exception of a session that is open when its process ends, and the time to send it. */
export function endException(end: ProcessEndEvent): [exception: unknown, seconds: number] {
  if (end.reason === "error") return [end.error, MAX_END_WAIT_SECONDS];
  const options = "error" in end ? { cause: end.error } : undefined;
  const [message, seconds] = end.reason === "idle" ? [RAN_EMPTY, MAX_END_WAIT_SECONDS] : [
    `The process exited with code ${end.code} before its session with Dagster was closed`,
    0,
  ];
  return [new DagsterPipesError("session_abandoned", message, options), seconds];
}
