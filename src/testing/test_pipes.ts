import type {
  RecordedMaterialization,
  RecordedMessage,
  RecordedStream,
  StepReports,
} from "../local/recorded.ts";
import type { StepOptions } from "../local/step_options.ts";
import type { PipesAssetKey } from "../protocol/types.ts";
import type { PipesContext } from "../session/pipes_context.ts";
import type { StandardSchemaV1 } from "../session/extras/standard_schema.ts";

/** The step that a test makes up. `E` is the type of its extras. */
export interface TestPipesOptions<E = Record<string, unknown>> extends StepOptions {
  /**
   * Checks the extras, and types them. A script's own schema is applied in
   * {@linkcode TestPipes.run}, and does not have to be repeated here.
   */
  readonly extrasSchema?: StandardSchemaV1<unknown, E> | undefined;
}

/**
 * A session in memory: the context of a step, and everything that was reported to it. What is
 * recorded was read back from the lines that Dagster would get. `ok` and `problems` are those that
 * Dagster would report if the process ended now.
 */
export interface TestPipes<E = Record<string, unknown>> extends PipesContext<E>, StepReports {
  /** All messages, as they are on the wire. */
  readonly messages: readonly RecordedMessage[];
  /** The text of streams that was sent as messages. */
  readonly externalStreams: readonly RecordedStream[];
  /**
   * Runs a function as `withDagsterPipes` would, and closes the session. In the function, and in
   * everything that it calls, `withDagsterPipes`, `openDagsterPipes` and `PipesContext.get` return
   * this session, whatever loaders and writers they are given; an `extrasSchema` is applied to the
   * extras.
   *
   * @param fn The work of the step.
   * @returns What the function returned.
   * @throws What the function threw.
   */
  run<T>(fn: (pipes: TestPipes<E>) => T | Promise<T>): Promise<T>;
  /**
   * Cancels the run, as Dagster does: aborts `signal`. Other than in Dagster, the session stays open
   * until it is closed, and the process goes on.
   *
   * @param signal The signal that a process would get, `"SIGINT"` by default.
   */
  cancel(signal?: "SIGINT" | "SIGTERM"): void;
  /**
   * Returns the materialization of an asset.
   *
   * @param assetKey Its key.
   * @throws {DagsterPipesError} `undefined_property` if it was not reported, with the keys that were.
   */
  materialization(assetKey: PipesAssetKey): RecordedMaterialization;
  /**
   * Checks that Dagster would report the step as succeeded.
   *
   * @throws {DagsterPipesError} `step_failed` if it would not, with all problems.
   */
  assertOk(): void;
}
