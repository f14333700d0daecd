import type {
  RecordedCheck,
  RecordedClose,
  RecordedLog,
  RecordedMaterialization,
  RecordedMessage,
  RecordedStream,
} from "../local/recorded.ts";
import type { StepProblem } from "../local/problems.ts";
import type { StepOptions } from "../local/step_options.ts";
import type { PipesAssetKey } from "../protocol/types.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import type { StandardSchemaV1 } from "../session/extras/standard_schema.ts";

/**
 * The step that a test makes up. `E` is the type of its extras.
 */
export interface TestPipesOptions<E = Record<string, unknown>> extends StepOptions {
  /**
   * Checks the extras, and gives them their type. A script's own schema is applied in
   * {@linkcode TestPipes.run}, and need not be given here.
   */
  readonly extrasSchema?: StandardSchemaV1<unknown, E> | undefined;
}

/**
 * A session in memory: the context of a step, and all that was reported to it. What is recorded was
 * read back from the lines that Dagster would get.
 */
export interface TestPipes<E = Record<string, unknown>> extends PipesContext<E> {
  /**
   * Runs a function as `withDagsterPipes` would, and closes the session. In it, and in all that it
   * calls, `withDagsterPipes`, `openDagsterPipes` and `PipesContext.get` give this session, whatever
   * loaders and writers they are asked for; an `extrasSchema` is applied to the extras.
   *
   * @param fn The work of the step.
   * @returns What the function gave.
   * @throws What the function threw.
   */
  run<T>(fn: (pipes: TestPipes<E>) => T | Promise<T>): Promise<T>;
  /**
   * Cancels the run, as Dagster does it: aborts `signal`. Unlike there, the session stays open until
   * it is closed, and the process lives on.
   *
   * @param signal By what a process would be told. Default: `"SIGINT"`.
   */
  cancel(signal?: "SIGINT" | "SIGTERM"): void;
  /** All messages, as they stand on the wire. */
  readonly messages: readonly RecordedMessage[];
  /** The log messages. */
  readonly logs: readonly RecordedLog[];
  /** The materializations. */
  readonly materializations: readonly RecordedMaterialization[];
  /** The results of checks. */
  readonly checks: readonly RecordedCheck[];
  /** The payloads of custom messages. */
  readonly customMessages: readonly unknown[];
  /** The text of streams that was sent as messages. */
  readonly externalStreams: readonly RecordedStream[];
  /** How the session was closed; `undefined` as long as it is open. */
  readonly closed: RecordedClose | undefined;
  /** What Dagster would warn of, or fail the step for, if the process ended now. */
  readonly problems: readonly StepProblem[];
  /**
   * The materialization of an asset.
   *
   * @param assetKey Its key.
   * @throws {DagsterPipesError} `undefined_property` where there is none, naming those there are.
   */
  materialization(assetKey: PipesAssetKey): RecordedMaterialization;
}
