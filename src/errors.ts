/**
 * What went wrong, in a word that a program can compare. The page "Errors by their code" in `docs`
 * describes each code, and what to do about it.
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
 * The only error class of this package. Its message describes what happened, where, and what to do;
 * its `cause` is the error that came first, if there is one.
 *
 * @example Distinguish the package's errors from your own
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
   * Creates an error.
   *
   * @param code What went wrong, in a word.
   * @param message What happened, where, and what to do.
   * @param options The `cause`, if another error led to this one.
   */
  constructor(code: DagsterPipesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "DagsterPipesError";
    this.code = code;
  }
}
