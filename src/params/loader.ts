import type { MaybePromise, PipesParams } from "../protocol/types.ts";

/**
 * Finds the two parameters of Dagster: where the context lies, and where messages go.
 *
 * @example A loader of one's own
 * ```ts
 * import { type PipesParamsLoader, withDagsterPipes } from "@dagsterpipes/pipes";
 * import { assertEquals } from "@std/assert";
 *
 * const paramsLoader: PipesParamsLoader = {
 *   isDagsterPipesProcess: () => true,
 *   loadContextParams: () => ({ data: { run_id: "7f3c", asset_keys: ["orders"], extras: {} } }),
 *   loadMessagesParams: () => ({ stdio: "stderr" }),
 * };
 * await withDagsterPipes({ paramsLoader }, (pipes) => assertEquals(pipes.assetKey, "orders"));
 * ```
 */
export interface PipesParamsLoader {
  /** Whether Dagster launched this process. */
  isDagsterPipesProcess(): boolean;
  /** Where the context lies. */
  loadContextParams(): MaybePromise<PipesParams>;
  /** Where messages go. */
  loadMessagesParams(): MaybePromise<PipesParams>;
}
