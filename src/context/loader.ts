import type { MaybePromise } from "../params/loader.ts";
import type { PipesParams } from "../protocol/types.ts";

/** Reads the context that Dagster's context injector wrote. */
export interface PipesContextLoader {
  /** Gives the context as JSON text, or as data. The params are those of the context injector. */
  loadContext(
    params: PipesParams,
  ): MaybePromise<string | Record<string, unknown>>;
}
