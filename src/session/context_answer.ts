import type { PipesContextLoader, PipesParamsLoader } from "../ports.ts";
import type { PipesParams } from "../protocol/types.ts";
import { requireParams } from "./options.ts";

/** What loaders say of the context. */
export interface ContextAnswer {
  readonly params: PipesParams;
  /** JSON text or an object, if the loader does as it should. */
  readonly source: unknown;
}

/** Asks loaders for the context. */
export async function askForContext(
  contextLoader: PipesContextLoader,
  paramsLoader: PipesParamsLoader,
): Promise<ContextAnswer> {
  const params = requireParams("loadContextParams", await paramsLoader.loadContextParams());
  return { params, source: await contextLoader.loadContext(params) };
}
