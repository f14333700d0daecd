import type { MaybePromise, PipesParams } from "../protocol/types.ts";

/** Reads the context that Dagster's context injector wrote. */
export interface PipesContextLoader {
  /** Gives the context as JSON text, or as data. The params are those of the context injector. */
  loadContext(
    params: PipesParams,
  ): MaybePromise<string | Record<string, unknown>>;
}
