import type { MaybePromise, PipesParams } from "../protocol/types.ts";

/**
 * Reads the context that Dagster's context injector wrote.
 *
 * @example A loader of one's own, for an injector that puts the context behind a URL
 * ```ts
 * import { type PipesContextLoader, withDagsterPipes } from "@dagsterpipes/pipes";
 *
 * const contextLoader: PipesContextLoader = {
 *   async loadContext({ url }) {
 *     const answer = await fetch(String(url));
 *     if (!answer.ok) throw new Error(`Cannot read the context at ${url}: ${answer.status}`);
 *     return await answer.text();
 *   },
 * };
 * await withDagsterPipes({ contextLoader }, (pipes) => pipes.log("Hello"));
 * ```
 */
export interface PipesContextLoader {
  /**
   * Gives the context. What it throws reaches Dagster and the script as it is.
   *
   * @param params Those of the context injector.
   * @returns JSON text, which may hold all that Python's `json` writes, or the data.
   */
  loadContext(params: PipesParams): MaybePromise<string | Record<string, unknown>>;
}
