/**
 * What went wrong, in a word that a program can compare.
 *
 * | code | meaning |
 * | --- | --- |
 * | `params_missing` | only one of the two parameters of Dagster is there |
 * | `params_invalid` | a parameter cannot be decoded, or does not hold what the loader or writer needs |
 * | `context_unavailable` | the context cannot be read |
 * | `context_invalid` | the context was read and is not a Pipes context |
 * | `messages_unavailable` | the messages cannot be opened, written or closed; nothing of this message is written |
 * | `messages_undelivered` | messages were taken, and could not be delivered before the session had to end |
 * | `message_incomplete` | the rest of a line still waits to be written, ahead of everything else |
 * | `permission_denied` | a Deno permission is missing; the message names the flag |
 * | `invalid_argument` | an argument, option or call that is not one of the possible ones |
 * | `invalid_value` | a value that Dagster could not take, with its path |
 * | `undefined_property` | the step has no such thing: no asset, no partition, no such extra |
 * | `already_reported` | an asset was materialized, or a check given a result, twice |
 * | `session_closed` | a report after the session was closed |
 * | `session_already_used` | the messages of another session are where those of this one should go |
 * | `session_abandoned` | the session's scope was left, or its process ended, without a `close()` |
 * | `session_interrupted` | Dagster cancelled the run |
 * | `command_failed` | a command that the launcher ran could not be started, or failed |
 * | `step_failed` | `assertOk` of a session in memory: Dagster would fail the step |
 * | `options_conflict` | a session is open with other options |
 * | `extras_invalid` | the extras do not satisfy the script's `extrasSchema` |
 * | `part_unavailable` | a part of this package that is loaded later cannot be loaded |
 * | `unsupported` | this runtime or this version cannot do what was asked |
 */
export type DagsterPipesErrorCode =
  | "params_missing"
  | "params_invalid"
  | "context_unavailable"
  | "context_invalid"
  | "messages_unavailable"
  | "messages_undelivered"
  | "message_incomplete"
  | "permission_denied"
  | "invalid_argument"
  | "invalid_value"
  | "undefined_property"
  | "already_reported"
  | "session_closed"
  | "session_already_used"
  | "session_abandoned"
  | "session_interrupted"
  | "command_failed"
  | "step_failed"
  | "options_conflict"
  | "extras_invalid"
  | "part_unavailable"
  | "unsupported";

/**
 * The one error class of this package. Its message says what happened, where, and what to do; its
 * `cause` is the first cause, where there is one.
 *
 * @example Telling the package's errors from one's own
 * ```ts
 * import { DagsterPipesError, withDagsterPipes } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * await withDagsterPipes((pipes) => {
 *   try {
 *     pipes.reportCustomMessage({ ratio: 0 / 0 });
 *   } catch (error) {
 *     if (!(error instanceof DagsterPipesError)) throw error;
 *     assertEquals(error.code, "invalid_value");
 *   }
 * });
 * ```
 */
export class DagsterPipesError extends Error {
  /** What went wrong, in a word. */
  readonly code: DagsterPipesErrorCode;

  /**
   * Makes an error.
   *
   * @param code What went wrong, in a word.
   * @param message What happened, where, and what to do.
   * @param options `cause`: the error behind this one.
   */
  constructor(code: DagsterPipesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DagsterPipesError";
    this.code = code;
  }
}
